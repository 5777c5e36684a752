// Bytes, hashes, and how a log says that it does not verify.

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";

// Something is not what it must be. `where` is the file, or what else it was found in.
export class NotVerified extends Error {
  constructor(what, where = "") {
    super(where ? `${where}: ${what}` : what);
  }
}

export const HASH_SIZE = 32;

export function sha256(...parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export const hex = (bytes) => Buffer.from(bytes).toString("hex");

// Base64 (RFC 4648, section 4) in its one spelling; null for any other.
export function fromBase64(text) {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : null;
}

// A decimal number in its one spelling; null for any other.
export function fromDecimal(text) {
  if (!/^(0|[1-9]\d{0,15})$/.test(text)) return null;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : null;
}

// Strict UTF-8, of which no byte is dropped or replaced; null for anything else.
export function fromUtf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

export const exists = (path) => existsSync(path);

// A file that must be there.
export function readNeeded(path) {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") throw new NotVerified("is missing", path);
    throw error;
  }
}
