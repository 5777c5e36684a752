#!/usr/bin/env node
// Checks Velum's audit log from its description (docs/data-format.md, docs/audit.md) and nothing
// else: no code is shared with the server. README.md has the two-minute use. Node 18 or later.
//
// Exits with 0 if all verifies, 1 if something does not (one line says what), 2 if it could not look.

import { readFileSync, realpathSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

import { checkAudit } from "./lib/audit.mjs";
import { NotVerified } from "./lib/bytes.mjs";
import { History, checkRecords, readRecords } from "./lib/deep.mjs";
import { Source, credentials, download } from "./lib/download.mjs";
import { parseKeys, splitNotes } from "./lib/note.mjs";
import { checkConsistency, checkProof } from "./lib/proof.mjs";
import { WIDTH, readEntry } from "./lib/tiles.mjs";

const USAGE = `usage:
  velum-verify.mjs check DIR [--key FILE] [--checkpoint FILE]... [--deep FILE]
      an audit directory (DATA/audit), or one log that was downloaded; with --deep also what the store has,
      as \`velum audit records\` listed it before the log was downloaded or copied
  velum-verify.mjs download URL DIR [--credentials FILE] [--account NAME]
  velum-verify.mjs entry DIR NUMBER
      prints an entry of a downloaded log, byte for byte
  velum-verify.mjs proof FILE --entry FILE --key FILE
      a .tlog-proof with its entry
  velum-verify.mjs consistency FILE --checkpoint FILE --key FILE
      an answer of /api/audit/consistency/SIZE with the older checkpoint
  velum-verify.mjs batch
      a line {"check":DIR,"key":FILE,"checkpoint":FILE} a directory on standard input`;

class Usage extends Error {}

const keysIn = (file) => (file ? parseKeys(readFileSync(file, "utf8"), file) : []);

function oneKey(file) {
  const keys = keysIn(file);
  if (keys.length !== 1) throw new Usage("--key takes a file with one verifier key here");
  return keys[0];
}

function keptIn(file) {
  const notes = splitNotes(readFileSync(file, "utf8"));
  if (notes.length === 0) throw new Usage(`there is no checkpoint in ${file}`);
  return notes.map((note) => ({ note: Buffer.from(note), origin: note.split("\n")[0], file }));
}

function check(directory, key, checkpoints) {
  realpathSync(directory);  // That it is not there is no verdict.
  return checkAudit(directory, { keys: keysIn(key), kept: checkpoints.flatMap(keptIn) });
}

function printLogs(logs, keyWasGiven) {
  for (const log of logs) {
    const pruned = log.pruned ? `the first ${log.pruned} pruned as the log says, ` : "";
    console.log(`${log.origin}: ${log.size} entries under a signed checkpoint, ${pruned}${log.journalOnly} in the ` +
                `journal only; root ${log.root?.toString("base64") ?? "none"}` +
                (keyWasGiven ? "" : " (checked with the key beside the log)"));
  }
  console.log("verified: every entry, tile, root and signature");
}

// 0 or 1, and what did not verify.
async function verdictOf(work) {
  try {
    await work();
    return [0, ""];
  } catch (error) {
    if (error instanceof NotVerified) return [1, error.message];
    return [2, error.message];
  }
}

async function batch() {
  for await (const line of createInterface({ input: process.stdin })) {
    const [code, why] = await verdictOf(() => {
      const { check: directory, key, checkpoint } = JSON.parse(line);
      check(directory, key, checkpoint ? [checkpoint] : []);
    });
    console.log(JSON.stringify({ code, why }));
  }
}

// The same, and every version that the store had against the last that the log says of it.
function checkDeep(directory, key, checkpoints, file) {
  realpathSync(directory);
  const records = readRecords(file);
  let history = null;
  const logs = checkAudit(directory, {
    keys: keysIn(key),
    kept: checkpoints.flatMap(keptIn),
    historyOf(account) {
      if (account !== records.account) return undefined;
      history = new History();
      return (entry) => history.add(entry);
    },
    journalEntry(account, entry) {
      if (account === records.account) history?.add(entry);
    },
  });
  const log = logs.find(({ owner }) => owner?.account === records.account);
  if (!log) throw new NotVerified("is of an account whose log is not here", file);
  return { logs, deep: checkRecords(records, history, log.pruned) };
}

const COMMANDS = {
  async check([directory], { key, checkpoint = [], deep: file }) {
    if (file === undefined) {
      printLogs(check(directory, key, checkpoint), key !== undefined);
      return;
    }
    const { logs, deep } = checkDeep(directory, key, checkpoint, file);
    printLogs(logs, key !== undefined);
    const pruned = deep.unknown ? `; what was logged of ${deep.unknown} more was pruned` : "";
    console.log(`verified: ${deep.known} versions in the store are the last that the log says${pruned}`);
  },
  async download([url, directory], options) {
    const source = new Source(url, credentials(options.credentials), options.account);
    const { size, files, missing } = await download(source, directory);
    const without = missing ? `, without ${missing * WIDTH} that the server has not got any more` : "";
    console.log(`${size} entries in ${directory}${without}, ${files} files of them new; now check it`);
  },
  async entry([directory, number]) {
    process.stdout.write(readEntry(directory, Number(number)));
  },
  async proof([file], { entry, key }) {
    if (!entry) throw new Usage("--entry is missing");
    const { index, size, origin } = checkProof(readFileSync(file), readFileSync(entry), oneKey(key), file);
    console.log(`verified: this is entry ${index} of ${origin}, whose checkpoint covers ${size}`);
  },
  async consistency([file], { checkpoint, key }) {
    if (checkpoint?.length !== 1) throw new Usage("--checkpoint takes the older checkpoint");
    const { oldSize, size, origin } =
      checkConsistency(readFileSync(file), readFileSync(checkpoint[0]), oneKey(key), file);
    console.log(`verified: the first ${oldSize} of the ${size} entries of ${origin} are as they were`);
  },
  batch,
};
const OPERANDS = { check: 1, download: 2, entry: 2, proof: 1, consistency: 1, batch: 0 };

function parse() {
  try {
    const text = { type: "string" };
    const { positionals, values } = parseArgs({ allowPositionals: true, options: {
      key: text, entry: text, deep: text, credentials: text, account: text, checkpoint: { ...text, multiple: true } } });
    const [name, ...operands] = positionals;
    if (operands.length === OPERANDS[name]) return () => COMMANDS[name](operands, values);
  } catch {
    // Told below.
  }
  console.error(USAGE);
  process.exit(2);
}

const [code, why] = await verdictOf(parse());
if (code !== 0) console.error(code === 1 ? `not verified: ${why}` : why);
process.exitCode = code;
