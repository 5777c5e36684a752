// What the store has, as `velum audit records` lists it, against the last that the log says of each
// record: a database that was put back has less than the log.

import { readFileSync } from "node:fs";

import { NotVerified } from "./bytes.mjs";

// What was written while the store was listed may be in the log alone.
const TOLERANCE_MS = 10_000;

function parseLine(text, number, file) {
  try {
    return JSON.parse(text);
  } catch {
    throw new NotVerified(`line ${number} is no JSON`, file);
  }
}

// {account, listedAt, versions} of a list; whole, as its last line says.
export function readRecords(file) {
  const lines = readFileSync(file, "utf8").split("\n");
  if (lines.pop() !== "") throw new NotVerified("the list is cut", file);
  const [head, ...versions] = lines.map((line, index) => parseLine(line, index + 1, file));
  const tail = versions.pop();
  const listedAt = Date.parse(head?.listedAt);
  if (typeof head?.account !== "string" || Number.isNaN(listedAt)) {
    throw new NotVerified("this is no list of records", file);
  }
  if (tail?.count !== versions.length) throw new NotVerified("the list is cut", file);
  return { account: head.account, listedAt, versions, file };
}

const WRITE = /^(Create|Update|Convert)/;
const REPLACEMENT = /^Expire\w+Fields$/;
const REMOVAL = /^Delete/;  // Not what expired: by a clock that was wrong it is there again.

// What the log says, up to where it ends, of the records of one account.
export class History {
  constructor() {
    this.records = new Map();  // id: {token, writes: [{version, time}], removedAt}
    this.hashes = new Map();   // record and version: [{hash, time}], the last one last
    this.erased = new Map();   // token: time
    this.first = null;         // The time of the first entry that is left.
  }

  add(bytes) {
    const { action, outcome, record, token, version, envelopeHash, time: text } = JSON.parse(bytes.toString());
    const time = Date.parse(text);
    this.first ??= time;
    if (outcome !== "done") return;
    if (action === "ProfileSystemUserRightsDelete" && token) this.erased.set(token, time);
    if (!record) return;
    const own = this.records.get(record) ?? { token, writes: [], removedAt: null };
    this.records.set(record, own);
    if (WRITE.test(action) && version) {
      own.writes.push({ version, time });
      own.removedAt = null;
    }
    if ((WRITE.test(action) || REPLACEMENT.test(action)) && envelopeHash) {
      const key = `${record} ${version}`;
      this.hashes.set(key, [...(this.hashes.get(key) ?? []), { hash: envelopeHash, time }]);
    } else if (REMOVAL.test(action)) {
      own.removedAt = time;
    }
  }
}

// The last of `items` must be `wanted`, but for those that came while the store was listed. Where none
// is, all came since.
function isLast(items, wanted, listedAt) {
  const at = items.findLastIndex(wanted);
  return items.slice(at + 1).every(({ time }) => time >= listedAt - TOLERANCE_MS);
}

function checkVersion(version, history, { listedAt, file }) {
  const { record, token, version: id, envelopeHash, current } = version;
  const own = history.records.get(record);
  const wrong = (what) => new NotVerified(`record ${record}: ${what}`, file);
  const isBefore = (time) => time !== null && time !== undefined && time < listedAt - TOLERANCE_MS;
  if (isBefore(history.erased.get(token))) throw wrong("its shopper was erased, and the store has it");
  // A shopper's own record has the token for its id, and what hangs on it goes with it.
  if (isBefore(own?.removedAt) || isBefore(history.records.get(token)?.removedAt)) {
    throw wrong("it was deleted, and the store has it");
  }
  const hashes = history.hashes.get(`${record} ${id}`) ?? [];
  const isIt = ({ hash }) => hash === envelopeHash;
  if (hashes.length > 0 && !(hashes.some(isIt) && isLast(hashes, isIt, listedAt))) {
    throw wrong(`version ${id} is not what was written last`);
  }
  // Where its own entry was pruned, what came after it may not have been.
  const writes = own?.writes ?? [];
  if (current && writes.length > 0 && !isLast(writes, (write) => write.version === id, listedAt)) {
    throw wrong("the store has an older version than the log");
  }
  return hashes.length > 0;
}

// How many versions fit, and of how many the log says nothing. Those are only right where entries were
// pruned: what is younger than the first entry that is left must be in it, but no list says how old one is.
export function checkRecords(records, history, pruned) {
  let known = 0;
  for (const version of records.versions) known += checkVersion(version, history, records) ? 1 : 0;
  const unknown = records.versions.length - known;
  if (unknown > 0 && pruned === 0) {
    throw new NotVerified(`the log does not know ${unknown} versions that the store has`, records.file);
  }
  return { known, unknown };
}
