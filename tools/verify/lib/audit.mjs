// A whole audit directory: the log of every account, the journal, and that they agree.

import { readdirSync } from "node:fs";
import path from "node:path";

import { NotVerified, exists } from "./bytes.mjs";
import { checkEntry } from "./entries.mjs";
import { readJournal } from "./journal.mjs";
import { checkLog } from "./log.mjs";
import { leafHash } from "./merkle.mjs";

// What journal and tree both have must be the same; what only the journal has goes on where the tree
// ends.
function compare(log, frame) {
  if ((log.nextInJournal ?? frame.number) !== frame.number) {
    throw new NotVerified("the journal's entries do not follow each other", frame.file);
  }
  log.nextInJournal = frame.number + 1;
  if (frame.number < log.leaves.length) {
    if (leafHash(frame.entry).equals(log.leaves[frame.number])) return;
    throw new NotVerified("journal and tree disagree on an entry", frame.file);
  }
  if (frame.number !== log.leaves.length + log.journalOnly) {
    throw new NotVerified("the journal lacks entries", frame.file);
  }
  checkEntry(frame.entry, frame.number, log.owner, frame.file);
  ++log.journalOnly;
}

function checkOrigins(logs, kept) {
  const known = new Set(logs.map((log) => log.origin));
  const lost = kept.find(({ origin }) => !known.has(origin));
  if (lost) throw new NotVerified("a checkpoint that was kept is of a log that is not here", lost.file);
}

function checkDirectory(directory, options) {
  const frames = readJournal(path.join(directory, "journal"));
  const byAccount = new Map();
  const logs = [];
  for (const name of readdirSync(directory).sort()) {
    if (name === "journal") continue;
    const log = checkLog(path.join(directory, name), name, options);
    logs.push(log);
    if (log.account === undefined) continue;
    if (byAccount.has(log.account)) {
      throw new NotVerified("two logs say that they are of one account", path.join(directory, name));
    }
    byAccount.set(log.account, log);
  }
  for (const frame of frames) {
    // An account whose tree was never committed has its entries in the journal only.
    if (!byAccount.has(frame.account)) {
      byAccount.set(frame.account, { origin: "(in the journal only)", leaves: [], size: 0, journalOnly: 0 });
      logs.push(byAccount.get(frame.account));
    }
    compare(byAccount.get(frame.account), frame);
    const log = byAccount.get(frame.account);
    if (log.owner && frame.number >= log.leaves.length) options.journalEntry?.(log.owner.account, frame.entry);
  }
  return logs;
}

// Of an audit directory, or of one account's log. Returns the logs, or throws NotVerified.
export function checkAudit(directory, options) {
  const isOne = exists(path.join(directory, "checkpoint")) || exists(path.join(directory, "key.pub"));
  const logs = isOne ? [checkLog(directory, null, options)] : checkDirectory(directory, options);
  if (logs.length === 0) throw new NotVerified("there is no log here", directory);
  checkOrigins(logs, options.kept);
  return logs;
}
