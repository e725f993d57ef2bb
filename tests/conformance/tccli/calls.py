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

SERVICES = {
    "PurgeUrlsCache": "cdn",
    "PurgePathCache": "cdn",
    "CreatePurgeTask": "teo",
    "DescribePurgeTasks": "ecdn",
}

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
    command = [sys.executable, "-c", TCCLI, case["clock error"], SERVICES[action], action]
    for option, value in options.items():
        command += [option, value]
    for name, value in given.items():
        # It reads booleans as Python writes them.
        command += ["--" + name, str(value) if isinstance(value, (str, bool)) else json.dumps(value)]
    # Each process has a home of its own: two that create the same one at the same time fail.
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HOME": home, "USERPROFILE": home}
        return subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=60)


def outcome(case, action, given):
    ended = call(case, action, given)
    if ended.returncode == 0:
        response = json.loads(ended.stdout)
        if action == "DescribePurgeTasks":
            return "answered", " ".join(log["Url"] for log in response["PurgeLogs"]), ""
        return "answered", response.get("TaskId") or response["JobId"], ""
    refusal = re.search(r"\[(\w+)\] code:(\S+) message:(.*) requestId:", ended.stderr, re.DOTALL)
    if refusal:
        return "refused", *refusal.groups()
    # The usage is printed first, the error last.
    return "failed", f"exit status {ended.returncode}", "", (ended.stderr or ended.stdout).strip().split("\n")[-1]


def outcomes(line, parameters, actions):
    names = ["name", "address", "secret id", "secret key", "token", "signature", "method", "clock error"]
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
    # A call takes a second, nearly all of it to start the program.
    with ThreadPoolExecutor(max_workers=2) as pool:
        for lines in pool.map(lambda line: list(outcomes(line, parameters, sys.argv[2:])), sys.stdin):
            print("\n".join(lines), flush=True)


main()
