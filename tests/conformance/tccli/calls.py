"""Makes the calls of each case with the official command line, a process a call.

A case is a line of the standard input, what came of each of its calls a line of the standard output; both have their
parts divided by tabs, and are described in xtask/src/conformance/case.rs.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

SERVICES = {
    "PurgeUrlsCache": "cdn",
    "PurgePathCache": "cdn",
    "CreatePurgeTask": "teo",
    "DescribePurgeTasks": "ecdn",
}

# What the program `tccli` does, with a clock that is wrong by so many seconds.
TCCLI = """
import sys, time
clock, shift = time.time, int(sys.argv.pop(1))
time.time = lambda: clock() + shift
from tccli.main import main
sys.exit(main())
"""


def call(case, action, given):
    options = {
        # The program speaks https unless its endpoint says otherwise.
        "--endpoint": "http://" + case["address"],
        "--secretId": case["secret id"],
        "--secretKey": case["secret key"],
        "--region": "ap-guangzhou",
    }
    if case["token"]:
        options["--token"] = case["token"]
    command = [sys.executable, "-c", TCCLI, case["shift"], SERVICES[action], action]
    for option, value in options.items():
        command += [option, value]
    for name, value in given.items():
        # Its booleans are Python's.
        command += ["--" + name, str(value) if isinstance(value, (str, bool)) else json.dumps(value)]
    # A home for each, because two of them that make one at a time fail.
    with tempfile.TemporaryDirectory() as home:
        surroundings = {**os.environ, "HOME": home, "USERPROFILE": home}
        return subprocess.run(command, env=surroundings, capture_output=True, encoding="utf-8", check=False, timeout=60)


def outcome(case, action, given):
    ended = call(case, action, given)
    if ended.returncode == 0:
        answer = json.loads(ended.stdout)
        if action == "DescribePurgeTasks":
            return "answered", " ".join(log["Url"] for log in answer["PurgeLogs"]), ""
        return "answered", answer.get("TaskId") or answer["JobId"], ""
    told = re.search(r"\[(\w+)\] code:(\S+) message:(.*) requestId:", ended.stderr, re.DOTALL)
    if told:
        return "refused", *told.groups()
    # Its usage comes first, what is wrong last.
    return "failed", f"exit status {ended.returncode}", "", (ended.stderr or ended.stdout).strip().split("\n")[-1]


def told(line, parameters, actions):
    names = ["name", "address", "secret id", "secret key", "token", "signature", "method", "shift"]
    case = dict(zip(names, line.rstrip("\n").split("\t")))
    task = parameters["DescribePurgeTasks"]["TaskId"]
    for action in actions:
        given = dict(parameters[action])
        if "TaskId" in given:
            given["TaskId"] = task
        parts = [case["name"], action, *outcome(case, action, given)]
        if action == "PurgeUrlsCache" and parts[2] == "answered":
            task = parts[3]
        yield "\t".join(str(part).replace("\t", " ").replace("\n", " ") for part in parts)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        parameters = json.load(file)
    # A call takes a second, nearly all of which is the program's start.
    with ThreadPoolExecutor(max_workers=2) as pool:
        for lines in pool.map(lambda line: list(told(line, parameters, sys.argv[2:])), sys.stdin):
            print("\n".join(lines), flush=True)


main()
