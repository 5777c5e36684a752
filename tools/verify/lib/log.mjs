// One account's log: a directory of an audit directory, or what `download` made.

import { readFileSync } from "node:fs";
import path from "node:path";

import { HASH_SIZE, NotVerified, exists, readNeeded, sha256 } from "./bytes.mjs";
import { ownerOf } from "./entries.mjs";
import { emptyRoot, rootOf, subtreesOf } from "./merkle.mjs";
import { openCheckpoint, parseKeys } from "./note.mjs";
import { checkTiles, fileReader, readLeaves } from "./tiles.mjs";

const ATTEMPTS_MAX = 100;

// What the server says of a committed tree: {account, size, frontier}. Signed by nobody.
function readState(file) {
  const bytes = readNeeded(file);
  const body = bytes.subarray(0, -HASH_SIZE);
  const size = body.length >= 12 ? Number(body.readBigUInt64BE(4)) : 0;
  if (body.length < 12 || (body.length - 12) % HASH_SIZE !== 0 || !Number.isSafeInteger(size) ||
      !sha256(body).equals(bytes.subarray(-HASH_SIZE))) {
    throw new NotVerified("the audit tree's state is damaged", file);
  }
  return { account: body.readUInt32BE(0), size, frontier: body.subarray(12) };
}

// The one of `given` that is for this log; the key beside it where none was given.
function keyFor(directory, name, given) {
  const file = path.join(directory, "key.pub");
  if (given.length === 0) return parseKeys(readNeeded(file).toString(), file)[0];
  const own = name === null ? given : given.filter((key) => key.name.endsWith(`/${name}`));
  if (own.length !== 1) throw new NotVerified("none of the verifier keys is for this log", directory);
  return own[0];
}

// Where the log begins with what `kept` covers.
function checkKept(kept, key, leaves, covered, directory) {
  for (const { note, file } of kept) {
    const { size, root } = openCheckpoint(note, key, file);
    // What was shown was on disk: no crash takes the newest checkpoint back.
    if (size > covered) {
      throw new NotVerified(`its checkpoint covers ${covered}, and one that was kept covers ${size}`, directory);
    }
    if (!rootOf(leaves, 0, size).equals(root)) {
      throw new NotVerified(`is not the log of the checkpoint of size ${size} that was kept`, directory);
    }
  }
}

// A crash can leave a state that is ahead of the checkpoint: then all that it counts must be there.
function checkState(directory, state, checkpoint, leaves) {
  const file = path.join(directory, "state");
  if (state.size < checkpoint.size) throw new NotVerified("is older than the checkpoint", file);
  if (!Buffer.concat(subtreesOf(leaves)).equals(state.frontier)) {
    throw new NotVerified("does not fit the entries", file);
  }
}

const checkpointOf = (directory) => {
  const file = path.join(directory, "checkpoint");
  return exists(file) ? readFileSync(file, "latin1") : "";
};

// `name` is the account's, where the directory must have it. `options` has the parsed `keys`, the
// `kept` checkpoints as {note, origin, file} and, where it is wanted, `historyOf` an account: what takes
// each of its entries, from the first one again when it is called again. Throws NotVerified. While a server adds to the log it is
// looked at again.
export function checkLog(directory, name, options) {
  for (let attempt = 1; ; ++attempt) {
    const before = checkpointOf(directory);
    try {
      return checkOnce(directory, name, options);
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || checkpointOf(directory) === before) throw error;
    }
  }
}

function checkOnce(directory, name, { keys, kept, historyOf }) {
  const key = keyFor(directory, name, keys);
  const owner = ownerOf(key.name, directory);
  if (name !== null && owner.account !== name) {
    throw new NotVerified("a log does not stand in the directory of its account", directory);
  }
  const file = path.join(directory, "checkpoint");
  const stateFile = path.join(directory, "state");
  // The checkpoint first: a server writes it after the state.
  let checkpoint = { origin: key.name, size: 0, root: emptyRoot() };
  if (name === null || exists(file) || exists(stateFile)) checkpoint = openCheckpoint(readNeeded(file), key, file);
  const state = exists(stateFile) ? readState(stateFile) : null;
  if (name !== null && !state && checkpoint.size > 0) throw new NotVerified("is missing", stateFile);
  const size = state ? Math.max(state.size, checkpoint.size) : checkpoint.size;
  const read = fileReader(directory, size);
  const { leaves, pruned } = readLeaves(
    directory, { size, signedSize: checkpoint.size, each: historyOf?.(owner.account) }, owner, read);
  if (!rootOf(leaves, 0, checkpoint.size).equals(checkpoint.root)) {
    throw new NotVerified("the entries do not give the root that was signed", file);
  }
  checkTiles(directory, leaves, read);
  if (state) checkState(directory, state, checkpoint, leaves);
  checkKept(kept.filter(({ origin }) => origin === key.name), key, leaves, checkpoint.size, directory);
  return { origin: key.name, owner, account: state?.account, size: checkpoint.size, root: checkpoint.root,
           leaves, pruned, journalOnly: 0 };
}
