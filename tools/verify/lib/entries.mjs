// What an entry of the log must be: canonical JSON (RFC 8785) that says its own number, account and
// region.

import { NotVerified, fromUtf8 } from "./bytes.mjs";

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
  }
  // Only counts: no entry has a fraction.
  if (typeof value === "number" && !(Number.isSafeInteger(value) && value >= 0)) return "";
  return JSON.stringify(value);
}

function parse(bytes) {
  const text = fromUtf8(bytes);
  try {
    const value = text === null ? null : JSON.parse(text);
    return value !== null && typeof value === "object" && canonical(value) === text ? value : null;
  } catch {
    return null;
  }
}

// `owner` is {region, account} of the log, where one says so.
export function checkEntry(bytes, number, owner, where) {
  const entry = parse(bytes);
  if (entry === null) throw new NotVerified(`entry ${number} is not canonical JSON`, where);
  if (entry.number !== number) throw new NotVerified(`entry ${number} says another number`, where);
  if (owner && (entry.account !== owner.account || entry.region !== owner.region)) {
    throw new NotVerified(`entry ${number} is another account's`, where);
  }
}

// "velum/REGION/ACCOUNT"
export function ownerOf(origin, where) {
  const parts = /^velum\/([^/]+)\/([^/]+)$/.exec(origin);
  if (!parts) throw new NotVerified("the key's name is no log of Velum's", where);
  return { region: parts[1], account: parts[2] };
}
