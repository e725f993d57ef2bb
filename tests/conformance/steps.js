// Makes the calls of one case with the official SDK for Node, and reads the responses. steps.py
// next to this file does the same for Python; flow.json describes the calls.

const fs = require("node:fs");
const path = require("node:path");

const flow = JSON.parse(fs.readFileSync(path.join(__dirname, "flow.json"), "utf8"));

// The id in parameters.json. It is replaced by the one of the task that the case has submitted.
const ID = "original-id";

// Sends the requests of an action, and returns what the last response contains. `send` takes an
// action and its parameters, and returns the members of the response. `ids` keeps the ids of the
// tasks that the case has submitted.
async function contents(send, parameters, ids, action) {
  if (action in flow.lists) {
    const [submitted, rows, text] = flow.lists[action];
    const given = JSON.stringify(parameters[action]).replaceAll(ID, ids[submitted] ?? ID);
    return (await send(action, JSON.parse(given)))[rows].map((row) => row[text]).join(" ");
  }
  if (action in flow.quotas) {
    const [submitted, rows, member, counter, left] = flow.quotas[action];
    const available = async () =>
      (await send(action, parameters[action]))[rows].find((row) => row[member] === counter)[left];
    const before = await available();
    await send(submitted, parameters[submitted]);
    const after = await available();
    return after < before ? "goes down" : `${before}, then ${after}`;
  }
  const response = await send(action, parameters[action]);
  ids[action] = response.TaskId || response.JobId;
  return ids[action];
}

module.exports = { contents };
