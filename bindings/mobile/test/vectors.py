"""Replays the conformance vectors against the library for phones, by the generated Python binding.

Needs the binding on PYTHONPATH and the library beside it; prints one line a file and ends with 1 when a case differs.
"""

import json
import sys
from pathlib import Path

import satchel


def run(op, given):
    return json.loads(satchel.run_vector(op, json.dumps(given, ensure_ascii=False)))


def main(folder):
    ran = differ = 0
    for path in sorted(Path(folder).glob("*.json")):
        cases = json.loads(path.read_text(encoding="utf-8"))
        for case in cases:
            outcome = run(case["op"], case["input"])
            if outcome.get("code") == "vector.unknown":
                # Operations on secrets are the vault's; its own tests replay them.
                continue
            ran += 1
            if outcome != case["expect"]:
                differ += 1
                print(f"not ok {path.name}: {case['name']}: {outcome}")
    # A vault with real keys, whose errors arrive as exceptions with codes.
    setup = satchel.Setup(role="patient", name="Asha", relay="http://127.0.0.1:9", token=None)
    created = satchel.create_vault(setup, "correct horse battery staple", 1767225600)
    if created.changes.generation != 1 or not created.changes.puts:
        differ += 1
        print("not ok a new vault has nothing to store")
    try:
        created.vault.record("00" * 32, 1767225600)
        differ += 1
        print("not ok a record that does not exist was shown")
    except satchel.VaultError.Refused as error:
        ran += 1
        if error.code != "vault.not_found":
            differ += 1
            print(f"not ok a record that does not exist: {error.code}")
    print(f"# pass {ran}\n# fail {differ}")
    return 0 if ran > 300 and differ == 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
