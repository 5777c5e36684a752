#!/usr/bin/env node
// Reads Velum's formats from their description (docs/data-format.md) and nothing else: no code is
// shared with the server. Opens everything in test/vectors/envelope-v1.json, and checks that what
// must not open does not.
//
//   node tools/reader/velum-reader.mjs test/vectors/envelope-v1.json
//   node tools/reader/velum-reader.mjs --keys FILE
//
// The second prints, as JSON, every key that the keys and wraps of FILE lead to, which is laid out as
// the vectors are. Node 18 or later. Exits with 0 if all is as described, else with 1.

import { createDecipheriv, createHash, createHmac, createPublicKey, hkdfSync, timingSafeEqual, verify }
  from "node:crypto";
import { readFileSync } from "node:fs";

// --- Primitives -----------------------------------------------------------------------------------

const hex = (text) => Buffer.from(text, "hex");
const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
const hkdf = (key, salt, info, size) => Buffer.from(hkdfSync("sha256", key, salt, info, size));
const uuid = (text) => hex(text.replaceAll("-", ""));

function u(bits, value) {
  const out = Buffer.alloc(8);
  out.writeBigUInt64BE(BigInt(value));
  return out.subarray(8 - bits / 8);
}

function ed25519(publicKey, text, signature) {
  const der = Buffer.concat([hex("302a300506032b6570032100"), publicKey]);
  const key = createPublicKey({ key: der, format: "der", type: "spki" });
  return verify(null, text, key, signature);
}

// --- Envelopes ------------------------------------------------------------------------------------

const NOWHERE = "00000000-0000-0000-0000-000000000000";

function associatedData(place, letter, keyId) {
  const fields = [
    Buffer.from(place.region), u(32, place.account), u(16, place.entity ?? 0),
    uuid(place.token ?? NOWHERE), uuid(place.record ?? NOWHERE), uuid(place.version ?? NOWHERE),
    u(32, place.schema_revision ?? 0), Buffer.from(letter), keyId];
  return Buffer.concat(fields.flatMap((field) => [u(16, field.length), field]));
}

function openEnvelope(key, letter, place, envelope) {
  if (envelope.length < 87) throw new Error("too short");
  if (envelope[0] !== 1 || envelope[1] !== 1) throw new Error("not an envelope v1");
  if (envelope[2] !== letter.charCodeAt(0)) throw new Error("of another class");
  const part = (from, size) => envelope.subarray(from, from + size);
  const keyId = part(3, 8);
  const info = Buffer.concat([Buffer.from("velum envelope v1"), Buffer.from([1]), Buffer.from(letter)]);
  const derived = hkdf(key, part(11, 16), info, 64);
  if (!timingSafeEqual(derived.subarray(32), part(39, 32))) throw new Error("of another key");
  const cipher = createDecipheriv("aes-256-gcm", derived.subarray(0, 32), part(27, 12));
  cipher.setAAD(associatedData(place, letter, keyId));
  cipher.setAuthTag(envelope.subarray(-16));
  const text = Buffer.concat([cipher.update(envelope.subarray(71, -16)), cipher.final()]);
  return { keyId, text };
}

// --- Keys -----------------------------------------------------------------------------------------

function readKeyFile(text, title) {
  const at = text.lastIndexOf("checksum ");
  if (text.slice(at) !== `checksum ${sha256(Buffer.from(text.slice(0, at))).toString("hex")}\n`) {
    throw new Error("the checksum is another");
  }
  const lines = text.slice(0, at).split("\n");
  if (lines.shift() !== title || lines.pop() !== "") throw new Error("not " + title);
  return new Map(lines.map((line) => line.split(" ")));
}

const keyOf = (fields, name) => Buffer.from(fields.get(name), "base64");

function openStore(store, roots) {
  const place = { region: store.region, account: store.account };
  const unwrap = (root, letter, wrap) =>
    openEnvelope(hkdf(keyOf(roots, root), "", "velum store wrap v1", 32), letter, place, hex(wrap)).text;
  return {
    full: unwrap("root-p", "S", store.full),
    masked: unwrap("root-m", "s", store.masked),
    index: unwrap("root-m", "i", store.index),
    signing: unwrap("root-m", "a", store.signing),
  };
}

const wrapKey = (storeKey, epochKey) =>
  hkdf(Buffer.concat([storeKey, epochKey]), "", "velum record wrap v1", 32);

function openRecordKey(storeKey, epochKey, letter, place, wrap) {
  const key = wrapKey(storeKey, epochKey);
  const ofRecord = { ...place, version: NOWHERE, schema_revision: 0 };
  const { text } = openEnvelope(key, letter, ofRecord, wrap);
  return { keyId: text.subarray(0, 8), key: text.subarray(8) };
}

function openRecordKeys(record, store, epochs) {
  const epochKey = (side) => keyOf(epochs, `${side}-${record.epoch}`);
  return {
    full: openRecordKey(store.full, epochKey("full"), "p", record.place, hex(record.wrapped_full)),
    masked: openRecordKey(store.masked, epochKey("masked"), "m", record.place, hex(record.wrapped_masked)),
  };
}

function lookupDigest(indexKey, term) {
  const label = Buffer.from(term.label);
  return createHmac("sha256", indexKey)
    .update(Buffer.concat([u(16, label.length), label, u(16, term.normaliser_version)]))
    .update(term.value).digest("hex");
}

// --- The erasure ledger ---------------------------------------------------------------------------

function timeText(ticks) {  // 100 ns since 1970.
  const second = new Date(Number(ticks / 10000000n) * 1000).toISOString().slice(0, 19);
  return `${second}.${String(ticks % 10000000n).padStart(7, "0")}+00:00`;
}

function readLedger(publicKey, ledger, head) {
  const title = Buffer.from("velum ledger v1\n");
  const headTitle = Buffer.from("velum ledger head v1\n");
  if (!ledger.subarray(0, 16).equals(title)) throw new Error("not a ledger");
  if (!head.subarray(0, 21).equals(headTitle) || head.length !== 125) throw new Error("not a head");
  if (!ed25519(publicKey, head.subarray(0, -64), head.subarray(-64))) throw new Error("head's signature");
  let chain = sha256(title);
  const entries = [];
  for (let at = 16; at < ledger.length; at += 93) {
    const entry = ledger.subarray(at, at + 93);
    const signed = Buffer.concat([Buffer.from("velum ledger entry v1\n"), chain, entry.subarray(0, 29)]);
    if (!ed25519(publicKey, signed, entry.subarray(29))) throw new Error("an entry's signature");
    chain = sha256(chain, entry);
    const token = entry.toString("hex", 5, 21).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    entries.push({ step: { 1: "begin", 2: "done" }[entry[0]], account: entry.readUInt32BE(1), token,
                   time: timeText(entry.readBigUInt64BE(21)) });
  }
  if (head.readBigUInt64BE(21) !== BigInt(entries.length)) throw new Error("head's count");
  if (!head.subarray(29, 61).equals(chain)) throw new Error("head's chain");
  return entries;
}

// --- The Merkle tree (RFC 6962, section 2.1) ------------------------------------------------------

function merkleRoot(leaves) {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return sha256(Buffer.from([0]), Buffer.from(leaves[0]));
  let half = 1;
  while (2 * half < leaves.length) half *= 2;
  return sha256(Buffer.from([1]), merkleRoot(leaves.slice(0, half)), merkleRoot(leaves.slice(half)));
}

// --- What is checked ------------------------------------------------------------------------------

let failures = 0;
function check(what, holds) {
  let error = "";
  let good = false;
  try {
    good = holds() === true;
  } catch (caught) {
    error = `: ${caught.message}`;
  }
  console.log(`${good ? "ok    " : "FAILED"} ${what}${good ? "" : error}`);
  if (!good) failures += 1;
}

function refuses(open) {
  try {
    open();
    return false;
  } catch {
    return true;
  }
}

function changed(bytes, at) {
  const copy = Buffer.from(bytes);
  copy[at] ^= 1;
  return copy;
}

const OTHER_ID = "ffffffff-ffff-4fff-bfff-ffffffffffff";
const OTHER_PLACE = { region: "elsewhere", account: 1, entity: 1, token: OTHER_ID, record: OTHER_ID,
                      version: OTHER_ID, schema_revision: 1 };

function checkEnvelope(vector) {
  const key = hex(vector.key);
  const envelope = hex(vector.envelope);
  const open = (bytes, place = vector.place) => openEnvelope(key, vector.class, place, bytes);
  check(`envelope of class ${vector.class} opens`, () => {
    const { keyId, text } = open(envelope);
    return text.toString() === vector.text && keyId.toString("hex") === vector.key_id;
  });
  check(`envelope of class ${vector.class} refuses each changed byte and each other place`, () =>
    [...envelope.keys()].every((at) => refuses(() => open(changed(envelope, at)))) &&
    Object.entries(OTHER_PLACE).every(([field, other]) =>
      refuses(() => open(envelope, { ...vector.place, [field]: other }))));
}

function checkRecord(record, store, epochs) {
  const name = `record ${record.place.record}`;
  const { full, masked } = openRecordKeys(record, store, epochs);
  const opens = (key, letter, place, envelope, text) => {
    const opened = openEnvelope(key.key, letter, place, hex(envelope));
    return opened.text.toString() === text && opened.keyId.equals(key.keyId);
  };
  check(`${name}: full opens`, () => opens(full, "P", record.place, record.full, record.full_text));
  const maskedPlace = { ...record.place,
                        schema_revision: record.masked_revision ?? record.place.schema_revision };
  check(`${name}: masked opens`, () =>
    opens(masked, "M", maskedPlace, record.masked, record.masked_text));
  check(`${name}: the reason opens`, () =>
    opens(masked, "M", { ...record.place, version: record.reason_entry, schema_revision: 0 },
          record.reason, record.reason_text));
  check(`${name}: the masked key does not open full`, () =>
    refuses(() => openEnvelope(masked.key, "P", record.place, hex(record.full))));
}

// [name, key] of each, the records' as "ID full" and "ID masked".
function allKeys(data) {
  const roots = readKeyFile(data.key_file, "velum root keys v1");
  const epochs = readKeyFile(data.epoch_file, "velum epoch keys v1");
  const store = openStore(data.store, roots);
  const sides = [...epochs.keys()].filter((name) => /^(full|masked)-/.test(name));
  return [
    ...[...roots.keys()].map((name) => [name, keyOf(roots, name)]),
    ...sides.map((name) => [`epoch ${name}`, keyOf(epochs, name)]),
    ...Object.entries(store).map(([name, key]) => [`store ${name}`, key]),
    ...sides.map((name) => [`wrap ${name}`, wrapKey(store[name.split("-")[0]], keyOf(epochs, name))]),
    ...data.records.flatMap((record) =>
      Object.entries(openRecordKeys(record, store, epochs)).map(([side, { key }]) =>
        [`${record.place.record} ${side}`, key])),
  ];
}

function printKeys(path) {
  const keys = allKeys(JSON.parse(readFileSync(path, "utf8")));
  console.log(JSON.stringify(Object.fromEntries(keys.map(([name, key]) => [name, key.toString("hex")]))));
  return 0;
}

function main(path) {
  const vectors = JSON.parse(readFileSync(path, "utf8"));
  vectors.envelopes.forEach(checkEnvelope);
  const roots = readKeyFile(vectors.key_file, "velum root keys v1");
  const epochs = readKeyFile(vectors.epoch_file, "velum epoch keys v1");
  check("key files have what they should", () =>
    ["root-p", "root-m", "ledger"].every((name) => keyOf(roots, name).length === 32) &&
    ["full", "masked"].every((name) => keyOf(epochs, `${name}-${epochs.get("current")}`).length === 32));
  const store = openStore(vectors.store, roots);
  check("the store's four keys open", () => Object.values(store).every((key) => key.length === 32));
  check("the store's audit signature verifies", () =>
    ed25519(hex(vectors.store.audit_public_key), Buffer.from(vectors.store.signed_text),
            hex(vectors.store.signature)));
  for (const record of vectors.records) checkRecord(record, store, epochs);
  for (const term of vectors.digests) {
    check(`digest of ${term.label}, normaliser ${term.normaliser_version}`, () =>
      lookupDigest(store.index, term) === term.digest);
  }
  const { public_key: publicKey, entries, ledger, head } = vectors.ledger;
  check("the erasure ledger is whole and says what it should", () =>
    JSON.stringify(readLedger(hex(publicKey), hex(ledger), hex(head))) === JSON.stringify(entries));
  check("the erasure ledger refuses each changed byte", () =>
    [...hex(ledger).keys()].every((at) =>
      refuses(() => readLedger(hex(publicKey), changed(hex(ledger), at), hex(head)))));
  check("the Merkle roots are RFC 6962's", () =>
    vectors.merkle.roots.every((root, index) =>
      merkleRoot(vectors.merkle.leaves.slice(0, index + 1)).toString("hex") === root));
  console.log(failures === 0 ? "all as described" : `${failures} failed`);
  return failures === 0 ? 0 : 1;
}

const [first, second] = process.argv.slice(2);
if (process.argv.length === 4 && first === "--keys") process.exit(printKeys(second));
if (process.argv.length !== 3) {
  console.error("usage: velum-reader.mjs test/vectors/envelope-v1.json | --keys FILE");
  process.exit(2);
}
process.exit(main(first));
