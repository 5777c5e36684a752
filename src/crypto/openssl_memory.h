#pragma once
// OpenSSL's memory: what cannot be had ends the process (docs/adr/0008).
//
// OpenSSL reports a lack of memory in the words that it has for what is wrong: "does not verify",
// "no certificate". Who acted on that would cut a good entry off the erasure ledger.

namespace velum {

// Once, before the first call of anything that may use OpenSSL.
void end_where_openssl_has_no_memory();

}  // namespace velum
