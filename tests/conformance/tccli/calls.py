"""Makes the calls of each case with the official command line, one process per call.

A case is a line of standard input, and the outcome of each of its calls a line of standard output. The
parts of a line are separated by tabs; tests/conformance/src/case.rs describes them.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from steps import contents

# The program `tccli`, with a clock that is wrong by the given number of seconds.
TCCLI = """
import sys, time
clock, error = time.time, int(sys.argv.pop(1))
time.time = lambda: clock() + error
from tccli.main import main
sys.exit(main())
"""


def call(case, action, given):
    options = {
        # The program uses HTTPS unless the endpoint has another scheme.
        "--endpoint": "http://" + case["address"],
        "--secretId": case["secret id"],
        "--secretKey": case["secret key"],
        "--region": "ap-guangzhou",
    }
    if case["token"]:
        options["--token"] = case["token"]
    command = [sys.executable, "-c", TCCLI, case["clock error"], *action.split(".")]
    for option, value in options.items():
        command += [option, value]
    for name, value in given.items():
        # It reads booleans as Python writes them.
        command += ["--" + name, str(value) if isinstance(value, (str, bool)) else json.dumps(value)]
    # Each process has a home of its own: two that create the same one at the same time fail.
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HOME": home, "USERPROFILE": home}
        return subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=60)


class Failed(Exception):
    """A call that did not succeed: the parts of its outcome."""


def send(case, action, given):
    ended = call(case, action, given)
    if ended.returncode == 0:
        return json.loads(ended.stdout)
    refusal = re.search(r"\[(\w+)\] code:(\S+) message:(.*) requestId:", ended.stderr, re.DOTALL)
    if refusal:
        raise Failed("refused", *refusal.groups())
    # The usage is printed first, the error last.
    last = (ended.stderr or ended.stdout).strip().split("\n")[-1]
    raise Failed("failed", f"exit status {ended.returncode}", "", last)


def outcome(case, parameters, ids, action):
    try:
        return "answered", contents(lambda *given: send(case, *given), parameters, ids, action), ""
    except Failed as failed:
        return failed.args


def outcomes(line, parameters, actions):
    names = ["name", "address", "secret id", "secret key", "token", "signature", "method", "clock error"]
    case = dict(zip(names, line.rstrip("\n").split("\t")))
    ids = {}
    for action in actions:
        parts = [case["name"], action, *outcome(case, parameters, ids, action)]
        yield "\t".join(str(part).replace("\t", " ").replace("\n", " ") for part in parts)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        parameters = json.load(file)
    # A call takes a second, nearly all of it to start the program.
    with ThreadPoolExecutor(max_workers=2) as pool:
        for lines in pool.map(lambda line: list(outcomes(line, parameters, sys.argv[2:])), sys.stdin):
            print("\n".join(lines), flush=True)


main()
