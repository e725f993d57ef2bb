"""Makes the calls of one case with any of the official clients for Python, and reads the responses.

steps.js next to this file does the same for Node; flow.json describes the calls.
"""

import json
import os

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "flow.json"), encoding="utf-8") as file:
    FLOW = json.load(file)

# The id in parameters.json. It is replaced by the one of the task that the case has submitted.
ID = "original-id"


def contents(send, parameters, ids, action):
    """Sends the requests of an action, and returns what the last response contains.

    `send` takes an action and its parameters, and returns the members of the response. `ids` keeps the
    ids of the tasks that the case has submitted.
    """
    if action in FLOW["lists"]:
        submitted, rows, text = FLOW["lists"][action]
        given = json.dumps(parameters[action]).replace(ID, ids.get(submitted, ID))
        return " ".join(row[text] for row in send(action, json.loads(given))[rows])
    if action in FLOW["quotas"]:
        submitted, rows, member, counter, left = FLOW["quotas"][action]

        def available():
            return next(row[left] for row in send(action, parameters[action])[rows] if row[member] == counter)

        before = available()
        send(submitted, parameters[submitted])
        after = available()
        return "goes down" if after < before else f"{before}, then {after}"
    response = send(action, parameters[action])
    ids[action] = response.get("TaskId") or response["JobId"]
    return ids[action]
