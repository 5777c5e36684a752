// Fetches one account's log over HTTP into a directory: key, checkpoint, tiles and entries, under the
// names that they have on the server's disk. What was fetched before is kept: a tile never changes.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

import { HASH_SIZE, NotVerified, exists, fromDecimal } from "./bytes.mjs";
import { WIDTH, bundlesOf, tilePath, tilesOf } from "./tiles.mjs";

const AT_ONCE = 8;
const TIMEOUT_MS = 60_000;
const BUNDLE_SIZE_MAX = 256 * (2 + 0xffff);
const TEXT_SIZE_MAX = 1 << 16;

// Lines "name: value", as curl's -H @FILE takes them; or the environment.
export function credentials(file) {
  if (!file) {
    const { VELUM_APP_KEY: key, VELUM_APP_TOKEN: token } = process.env;
    if (!key || !token) throw new Error("set VELUM_APP_KEY and VELUM_APP_TOKEN, or give --credentials FILE");
    return { "X-VTEX-API-AppKey": key, "X-VTEX-API-AppToken": token };
  }
  const lines = readFileSync(file, "utf8").split("\n").filter((line) => line.trim() !== "");
  return Object.fromEntries(lines.map((line) => {
    const colon = line.indexOf(":");
    if (colon < 1) throw new Error(`${file}: a line is not "name: value"`);
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  }));
}

export class Source {
  constructor(url, headers, account) {
    this.base = url.replace(/\/+$/, "");
    this.headers = headers;
    this.query = account ? `?an=${encodeURIComponent(account)}` : "";
  }

  // Null where the server has not got it.
  async get(name, sizeMax) {
    const answer = await fetch(`${this.base}/api/audit/${name}${this.query}`, {
      headers: this.headers, redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (answer.status !== 200) {
      await answer.body?.cancel();
      if (answer.status === 404) return null;
      throw new Error(`${name}: the server answers ${answer.status}`);
    }
    const parts = [];
    let size = 0;
    for await (const part of answer.body) {
      size += part.length;
      if (size > sizeMax) throw new NotVerified("is longer than it can be", name);
      parts.push(part);
    }
    return Buffer.concat(parts);
  }
}

function write(directory, name, bytes) {
  const file = path.join(directory, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, bytes);
  renameSync(`${file}.part`, file);
}

// Each of `items`, AT_ONCE at a time.
async function forEach(items, work) {
  let next = 0;
  const worker = async () => {
    while (next < items.length) await work(items[next++]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

// What must be there.
async function getNeeded(source, name, sizeMax) {
  const bytes = await source.get(name, sizeMax);
  if (bytes === null) throw new Error(`${name}: the server answers 404`);
  return bytes;
}

// Returns the size of the log, how much of it was fetched now, and how many full bundles the server has not
// got: were they pruned? Checks nothing: that is for after.
export async function download(source, directory) {
  const first = await downloadOnce(source, directory);
  if (first.missing === 0) return first;
  // What was pruned on the way is announced behind the first checkpoint: a newer one says so.
  const second = await downloadOnce(source, directory);
  return { ...second, files: first.files + second.files };
}

async function downloadOnce(source, directory) {
  const key = await getNeeded(source, "key", TEXT_SIZE_MAX);
  const checkpoint = await getNeeded(source, "checkpoint", TEXT_SIZE_MAX);
  const size = fromDecimal(checkpoint.toString().split("\n")[1] ?? "");
  if (size === null) throw new NotVerified("has no size", "checkpoint");
  const wanted = [...tilesOf(size), ...bundlesOf(size)]
    .map(({ level, index, width }) => ({ name: tilePath(level, index, width), level, width }))
    .filter(({ name }) => !exists(path.join(directory, name)));
  let missing = 0;
  await forEach(wanted, async ({ name, level, width }) => {
    const isBundle = level === "entries";
    const get = isBundle && width === WIDTH ? source.get.bind(source) : getNeeded.bind(null, source);
    const bytes = await get(name, isBundle ? BUNDLE_SIZE_MAX : width * HASH_SIZE);
    if (bytes === null) ++missing;
    else write(directory, name, bytes);
  });
  write(directory, "key.pub", key);
  write(directory, "checkpoint", checkpoint);
  return { size, files: wanted.length - missing, missing };
}
