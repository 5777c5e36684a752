// A C2SP tlog-proof with its entry, and a consistency proof between two checkpoints as the server
// answers it (the body of C2SP tlog-witness's add-checkpoint).

import { HASH_SIZE, NotVerified, fromBase64, fromDecimal, fromUtf8 } from "./bytes.mjs";
import { checkEntry, ownerOf } from "./entries.mjs";
import { leafHash, rootOfInclusion, rootsOfConsistency } from "./merkle.mjs";
import { openCheckpoint } from "./note.mjs";

const TITLE = "c2sp.org/tlog-proof@v1";

// [the lines before the first empty one, the note behind it]
function parts(bytes, where) {
  const text = fromUtf8(bytes);
  const blank = text === null ? -1 : text.indexOf("\n\n");
  if (blank < 0) throw new NotVerified("this is no proof", where);
  return [text.slice(0, blank).split("\n"), Buffer.from(text.slice(blank + 2))];
}

function hashesOf(lines, where) {
  return lines.map((line) => {
    const hash = fromBase64(line);
    if (hash?.length !== HASH_SIZE) throw new NotVerified("a proof has a line that is no hash", where);
    return hash;
  });
}

function numberAfter(word, line, where) {
  const number = line?.startsWith(`${word} `) ? fromDecimal(line.slice(word.length + 1)) : null;
  if (number === null) throw new NotVerified(`a proof has no line "${word} NUMBER"`, where);
  return number;
}

// {index, size, origin} of what it proves.
export function checkProof(bytes, entry, key, where) {
  const [lines, note] = parts(bytes, where);
  if (lines.shift() !== TITLE) throw new NotVerified("this is no tlog-proof", where);
  if (lines[0]?.startsWith("extra ")) lines.shift();
  const index = numberAfter("index", lines.shift(), where);
  const checkpoint = openCheckpoint(note, key, where);
  const root = rootOfInclusion(index, checkpoint.size, leafHash(entry), hashesOf(lines, where));
  if (!root?.equals(checkpoint.root)) {
    throw new NotVerified("the entry is not in the log at that place", where);
  }
  checkEntry(entry, index, ownerOf(checkpoint.origin, where), where);
  return { index, size: checkpoint.size, origin: checkpoint.origin };
}

// {oldSize, size, origin}: the log of the proof's checkpoint begins with what `older` covers.
export function checkConsistency(bytes, older, key, where) {
  const [lines, note] = parts(bytes, where);
  const oldSize = numberAfter("old", lines.shift(), where);
  const before = openCheckpoint(older, key, "the older checkpoint");
  const checkpoint = openCheckpoint(note, key, where);
  if (before.size !== oldSize) throw new NotVerified("this is a proof for another size", where);
  const proof = hashesOf(lines, where);
  const roots = oldSize === 0 ? [before.root, checkpoint.root]
                              : rootsOfConsistency(oldSize, checkpoint.size, before.root, proof);
  if (!roots || !roots[0].equals(before.root) || !roots[1].equals(checkpoint.root) ||
      (oldSize === 0 && proof.length > 0)) {
    throw new NotVerified("the log does not begin with what the older checkpoint covers", where);
  }
  return { oldSize, size: checkpoint.size, origin: checkpoint.origin };
}
