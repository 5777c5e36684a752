// The journal of an audit directory: chained frames in zero-filled segments (docs/data-format.md).

import { readdirSync } from "node:fs";
import path from "node:path";

import { NotVerified, exists, readNeeded, sha256 } from "./bytes.mjs";

const MAGIC = Buffer.from("VELUMJ1\n");
const HEADER_SIZE = 8 + 8 + 32 + 32;
const FRAME_HEADER_SIZE = 4 + 4 + 8 + 16 + 32;
const CHAIN_AT = 32;
const ENTRY_SIZE_MAX = 0xffff;
const FIRST = 0x80000000;

const hasHeader = (bytes) =>
  bytes.length >= HEADER_SIZE && sha256(bytes.subarray(0, 48)).equals(bytes.subarray(48, 80));

// Of the frame that may begin at `at`: {size, isFirst}, or null if none can.
function sizeAt(bytes, at) {
  if (bytes.length - at < FRAME_HEADER_SIZE) return null;
  const word = bytes.readUInt32BE(at);
  const entry = word & ~FIRST;
  if (entry === 0 || entry > bytes.length - at - FRAME_HEADER_SIZE) return null;
  return { size: FRAME_HEADER_SIZE + entry, isFirst: word >= FIRST };
}

const chainStored = (bytes, at) => bytes.subarray(at + CHAIN_AT, at + FRAME_HEADER_SIZE);
const chainAfter = (before, bytes, at, size) =>
  sha256(before, bytes.subarray(at, at + CHAIN_AT), bytes.subarray(at + FRAME_HEADER_SIZE, at + size));
const goesOn = (before, bytes, at, size) =>
  chainAfter(before, bytes, at, size).equals(chainStored(bytes, at));

function frameAt(bytes, at, before) {
  const found = sizeAt(bytes, at);
  if (!found || !goesOn(before, bytes, at, found.size)) return null;
  return {
    account: bytes.readUInt32BE(at + 4), number: Number(bytes.readBigUInt64BE(at + 8)),
    chain: chainStored(bytes, at), end: at + found.size,
    entry: bytes.subarray(at + FRAME_HEADER_SIZE, at + found.size),
  };
}

// Does the frame at `at` go on from one that begins between `begin` and it?
function goesOnFromAnother(bytes, begin, at, size) {
  const reach = FRAME_HEADER_SIZE + ENTRY_SIZE_MAX;
  for (let other = Math.max(begin, at - reach); other + FRAME_HEADER_SIZE < at; ++other) {
    const found = sizeAt(bytes, other);
    if (found && other + found.size === at && goesOn(chainStored(bytes, other), bytes, at, size)) return true;
  }
  return false;
}

// At `broken` no frame goes on. A write is synced before the next begins, so the first frame of a
// later one behind that point says that it was no crash.
function hasLaterWrite(bytes, broken, before) {
  if (bytes.length - broken < FRAME_HEADER_SIZE) return false;
  const here = sizeAt(bytes, broken);
  const stored = chainStored(bytes, broken);
  const computed = here ? chainAfter(before, bytes, broken, here.size) : stored;
  for (let at = broken + 1; at < bytes.length; ++at) {
    if (bytes[at] < 0x80) continue;
    const found = sizeAt(bytes, at);
    if (!found?.isFirst || found.size > FRAME_HEADER_SIZE + ENTRY_SIZE_MAX) continue;
    if (goesOn(stored, bytes, at, found.size) || goesOn(computed, bytes, at, found.size) ||
        goesOnFromAnother(bytes, broken + 1, at, found.size)) {
      return true;
    }
  }
  return false;
}

function readSegment({ number, file, bytes }) {
  if (!hasHeader(bytes) || !bytes.subarray(0, 8).equals(MAGIC) ||
      bytes.readBigUInt64BE(8) !== BigInt(number)) {
    throw new NotVerified("a journal segment has no valid header", file);
  }
  const segment = { file, before: bytes.subarray(16, 48), frames: [] };
  let chain = segment.before;
  let end = HEADER_SIZE;
  for (let frame = frameAt(bytes, end, chain); frame; frame = frameAt(bytes, end, chain)) {
    segment.frames.push({ ...frame, file });
    ({ chain, end } = frame);
  }
  return { ...segment, end, chain, bytes };
}

// What stands behind the point from which the next segment goes on was never acknowledged.
function cutAt(segment, chain, nextFile) {
  if (chain.equals(segment.before)) return [];
  const last = segment.frames.findIndex((frame) => frame.chain.equals(chain));
  if (last < 0) {
    throw new NotVerified("a journal segment does not continue the one before it", nextFile);
  }
  return segment.frames.slice(0, last + 1);
}

// A crash while a segment was made leaves it without a header, and with nothing behind it.
const isUnfinished = (bytes) => bytes.length < HEADER_SIZE ||
  (!hasHeader(bytes) && bytes.subarray(HEADER_SIZE).every((byte) => byte === 0));

function segmentsOf(directory) {
  let names = [];
  try {
    names = readdirSync(directory).sort();
  } catch (error) {
    if (error.code === "ENOENT") throw new NotVerified("is missing", directory);
    throw error;
  }
  return names.filter((name) => /^\d+\.seg$/.test(name)).map((name) => {
    const file = path.join(directory, name);
    // One that a server removes meanwhile is in a tree by then.
    return { number: Number.parseInt(name, 10), file, bytes: exists(file) ? readNeeded(file) : null };
  }).filter(({ bytes }) => bytes !== null && !isUnfinished(bytes));
}

// Every frame that counts, oldest first: {account, number, entry, file}.
export function readJournal(directory) {
  const frames = [];
  let previous = null;
  for (const one of segmentsOf(directory)) {
    const segment = readSegment(one);
    if (previous) frames.push(...cutAt(previous, segment.before, segment.file));
    previous = segment;
  }
  if (!previous) return frames;
  if (hasLaterWrite(previous.bytes, previous.end, previous.chain)) {
    throw new NotVerified("a journal segment is damaged, and entries are behind it", previous.file);
  }
  return [...frames, ...previous.frames];
}
