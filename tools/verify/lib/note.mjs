// C2SP signed-note with an Ed25519 key, and the tlog-checkpoint in it.

import { createPublicKey, verify } from "node:crypto";

import { HASH_SIZE, NotVerified, fromBase64, fromDecimal, fromUtf8, sha256 } from "./bytes.mjs";

const ED25519 = 1;
const SIGNATURE_SIZE = 64;
const SPKI_HEAD = Buffer.from("302a300506032b6570032100", "hex");

const keyId = (name, key) => sha256(`${name}\n`, Buffer.from([ED25519]), key).subarray(0, 4);

// "name+hash+base64(01 | key)"
export function parseKey(text, where) {
  const parts = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text);
  const bytes = parts && fromBase64(parts[3]);
  if (!bytes || bytes.length !== 1 + HASH_SIZE || bytes[0] !== ED25519) {
    throw new NotVerified("this is no verifier key of Ed25519: name+hash+base64", where);
  }
  const key = bytes.subarray(1);
  if (keyId(parts[1], key).toString("hex") !== parts[2]) {
    throw new NotVerified("the verifier key's hash is another", where);
  }
  return { name: parts[1], key };
}

// A verifier key a line.
export function parseKeys(text, where) {
  const lines = text.split("\n").filter((line) => line !== "");
  if (lines.length === 0) throw new NotVerified("there is no verifier key", where);
  return lines.map((line) => parseKey(line, where));
}

function isSignedBy({ name, key }, text, signatures) {
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI_HEAD, key]), format: "der", type: "spki" });
  const own = signatures.filter((one) => one.name === name && one.id.equals(keyId(name, key)));
  return own.length > 0 &&
    own.every((one) => one.signature.length === SIGNATURE_SIZE && verify(null, text, publicKey, one.signature));
}

function parseSignature(line) {
  const parts = /^\u2014 ([^\s+]+) (\S+)$/.exec(line);
  const bytes = parts && fromBase64(parts[2]);
  if (!bytes || bytes.length <= 4) return null;
  return { name: parts[1], id: bytes.subarray(0, 4), signature: bytes.subarray(4) };
}

// {origin, size, root} of a note that `key` signed for its own log.
export function openCheckpoint(bytes, key, where) {
  const wrong = (what) => new NotVerified(what, where);
  const note = fromUtf8(bytes);
  if (note === null || /[\x00-\x09\x0b-\x1f]/.test(note)) throw wrong("this is no signed note");
  const blank = note.lastIndexOf("\n\n");
  if (blank < 0 || !note.endsWith("\n")) throw wrong("this is no signed note");
  const text = note.slice(0, blank + 1);
  const signatures = note.slice(blank + 2, -1).split("\n").map(parseSignature);
  if (signatures.includes(null)) throw wrong("this is no signed note");
  if (!isSignedBy(key, Buffer.from(text), signatures)) {
    throw wrong("a checkpoint's signature does not verify");
  }
  const [origin, size, root, ...more] = text.slice(0, -1).split("\n");
  const count = fromDecimal(size ?? "");
  const hash = fromBase64(root ?? "");
  if (origin !== key.name) throw wrong("a checkpoint is of another log");
  if (more.length > 0 || count === null || hash?.length !== HASH_SIZE) {
    throw wrong("a checkpoint is not well formed");
  }
  return { origin, size: count, root: hash };
}

// The notes of a file that has several, one behind the other, as `velum serve --checkpoint-file`
// leaves it. What cannot be a note is left as it is, to be refused.
export function splitNotes(text) {
  const notes = [];
  let note = "";
  let signed = false;
  for (const line of text.split(/(?<=\n)/)) {
    const signature = line.startsWith("\u2014 ");
    if (signed && !signature) {
      notes.push(note);
      note = "";
    }
    note += line;
    signed = signature;
  }
  return note === "" ? notes : [...notes, note];
}
