// Makes the calls of each case with the official SDK for Node.
//
// A case is a line of standard input, and the outcome of each of its calls a line of standard
// output. The parts of a line are separated by tabs; tests/conformance/src/case.rs describes them.
// The packages are installed next to this file, and steps.js is copied there.

const fs = require("node:fs");
const http = require("node:http");
const https = require("node:https");
const net = require("node:net");
const readline = require("node:readline");
const tls = require("node:tls");

const { CommonClient } = require("tencentcloud-sdk-nodejs-common");
const { cdn } = require("tencentcloud-sdk-nodejs-cdn");
const { teo } = require("tencentcloud-sdk-nodejs-teo");

const { contents } = require("./steps.js");

const SystemDate = Date;

// Connects to one address for every host name, because the SDK takes the service from the name.
function agent(address, encrypted) {
  const [host, port] = address.split(":");
  const agent = encrypted ? new https.Agent() : new http.Agent();
  const connect = encrypted ? tls.connect : net.connect;
  agent.createConnection = (options) => connect({ ...options, host, port: Number(port) });
  return agent;
}

function setClockError(seconds) {
  const error = Number(seconds) * 1000;
  globalThis.Date = class extends SystemDate {
    constructor(...given) {
      given.length === 0 ? super(SystemDate.now() + error) : super(...given);
    }
    static now() {
      return SystemDate.now() + error;
    }
  };
}

// Returns the function that sends a request of the case.
function sender(kase) {
  const { address, secretId, secretKey, token, method } = kase;
  // After the name of the signature: a variation of the call.
  const [signMethod, variation] = kase.signature.split(" ");
  const protocol = variation === "tls" ? "https://" : "http://";
  // A user may configure an endpoint with a port. The default is the product's own host name.
  const endpoint = (service) =>
    variation === "port" ? `${service}.localhost:${address.split(":")[1]}` : `${service}.tencentcloudapi.com`;
  const config = (service) => ({
    credential: { secretId, secretKey, ...(token && { token }) },
    profile: {
      signMethod,
      httpProfile: {
        protocol,
        reqMethod: method,
        endpoint: endpoint(service),
        agent: agent(address, variation === "tls"),
      },
    },
  });
  const cdnClient = new cdn.v20180606.Client(config("cdn"));
  const teoClient = new teo.v20220901.Client(config("teo"));
  // The product was retired, and no current package has this action.
  const ecdnClient = new CommonClient("ecdn.tencentcloudapi.com", "2019-10-12", config("ecdn"));

  return (action, given) => {
    const [service, name] = action.split(".");
    if (service === "ecdn") return ecdnClient.request(name, given);
    const client = service === "cdn" ? cdnClient : teoClient;
    // The SDK changes the parameters that it is given.
    return client[name](structuredClone(given));
  };
}

async function outcome(send, parameters, ids, action) {
  try {
    return ["answered", await contents(send, parameters, ids, action), ""];
  } catch (error) {
    const kind = error.code && error.requestId ? "refused" : "failed";
    return [kind, error.constructor.name, error.code ?? "", error.message];
  }
}

async function main() {
  const names = ["name", "address", "secretId", "secretKey", "token", "signature", "method", "clockError"];
  const parameters = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const kase = Object.fromEntries(line.split("\t").map((part, index) => [names[index], part]));
    setClockError(kase.clockError);
    const send = sender(kase);
    const ids = {};
    for (const action of process.argv.slice(3)) {
      const parts = [kase.name, action, ...(await outcome(send, parameters, ids, action))];
      console.log(parts.map((part) => String(part).replace(/[\t\n]/g, " ")).join("\t"));
    }
  }
}

main();
