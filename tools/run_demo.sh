#!/usr/bin/env bash
# make run: a demo store with 1,000 generated shoppers, served on http://127.0.0.1:8080 until Ctrl-C.
# The store is kept in demo/ and used again the next time; `make clean-demo` removes it.
set -eu
cd "$(dirname "$0")/.."
velum=build/release/velum
listen=${VELUM_LISTEN:-127.0.0.1:8080}
demo=${VELUM_DEMO:-demo}

if [ ! -d "$demo" ]; then
  umask 077
  rm -rf "$demo".* # Of a demo that was not finished.
  "$velum" init --data "$demo.making" --account demo --root-key "$demo.root-key" --json \
    >"$demo.app-key.json"
  python3 tools/generate_shoppers.py --count 1000 |
    "$velum" import --data "$demo.making" --account demo --root-key "$demo.root-key" -
  mv "$demo.making" "$demo"
fi

field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$demo.app-key.json"; }
profiles=http://$listen/api/storage/profile-system/profiles
cat <<END

The demo store is in $demo/, its root keys in $demo.root-key. Its app key:

  export KEY=$(field appKey)
  export TOKEN=$(field appToken)

Paste those two lines into another terminal, then try:

1. Create a shopper; what was sent comes back, with an id:
   curl -H "X-VTEX-API-AppKey: \$KEY" -H "X-VTEX-API-AppToken: \$TOKEN" -H "Content-Type: application/json" \\
     $profiles -d '{"email":"ana.silva@example.com","firstName":"Ana","lastName":"Silva"}'

2. Read her: masked, without asking for it:
   curl -H "X-VTEX-API-AppKey: \$KEY" -H "X-VTEX-API-AppToken: \$TOKEN" \\
     "$profiles/ana.silva@example.com?alternativeKey=email"

3. Unmask her, with a reason:
   curl -H "X-VTEX-API-AppKey: \$KEY" -H "X-VTEX-API-AppToken: \$TOKEN" \\
     "$profiles/ana.silva@example.com/unmask?alternativeKey=email&reason=a+parcel+came+back"

4. See what the audit log says of it:
   curl -H "X-VTEX-API-AppKey: \$KEY" -H "X-VTEX-API-AppToken: \$TOKEN" \\
     "http://$listen/api/audit/events?action=GetProfileUnmasked"

5. See every call, in a browser: http://$listen/docs

END
exec "$velum" serve --data "$demo" --root-key "$demo.root-key" --listen "$listen"
