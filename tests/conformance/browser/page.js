// Checks the emulator's page in a headless Chromium. Prints one line per claim; if the claim does
// not hold, the reason follows after a tab. Arguments: the browser, the emulator's address, and a
// folder for the browser's files.
//
// The script controls the browser with the DevTools protocol over a pipe: JSON messages that each
// end in a zero byte.

const { spawn } = require("node:child_process");
const http = require("node:http");
const net = require("node:net");
const path = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");

const { cdn } = require("tencentcloud-sdk-nodejs-cdn");

const [browser, address, folder] = process.argv.slice(2);
const page = `http://${address}/`;

// Maximum wait for a change of the page, in milliseconds. 20 s, so that a slow machine does not
// fail.
const TIMEOUT = 20000;

// A URL that contains markup, and no white space, which would be refused. Shown as text, it does
// nothing.
const MARKUP = "https://example.com/<img/src='x'/onerror='window.executed=1'><script>window.executed=1</script>";

class DevTools {
  constructor(child) {
    this.next = 1;
    this.waiting = new Map();
    this.events = [];
    this.writer = child.stdio[3];
    let rest = "";
    child.stdio[4].setEncoding("utf8").on("data", (data) => {
      const messages = (rest + data).split("\0");
      rest = messages.pop();
      messages.forEach((message) => this.receive(JSON.parse(message)));
    });
  }

  receive(message) {
    if (message.id === undefined) {
      this.events.push(message);
      return;
    }
    const { resolve, reject } = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    message.error ? reject(new Error(message.error.message)) : resolve(message.result);
  }

  send(method, params = {}) {
    const id = this.next++;
    this.writer.write(JSON.stringify({ id, method, params, sessionId: this.session }) + "\0");
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  async open(url) {
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
    this.session = (await this.send("Target.attachToTarget", { targetId, flatten: true })).sessionId;
    for (const domain of ["Page", "Runtime", "Network", "Log"]) await this.send(`${domain}.enable`);
    await this.send("Page.navigate", { url });
  }

  async evaluate(expression) {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", { expression, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  // Waits until an expression is true on the page.
  async until(expression) {
    const end = Date.now() + TIMEOUT;
    while (!(await this.evaluate(expression))) {
      if (Date.now() > end) throw new Error(`not in ${TIMEOUT / 1000} s: ${expression}`);
      await sleep(50);
    }
  }
}

// The default credential of the emulator.
const secretId = "AKIDEMULATOREXAMPLE0000000000000000";
const secretKey = "EmulatorExampleKeyNotASecret0000";

function client(key) {
  const [host, port] = address.split(":");
  const agent = new http.Agent();
  agent.createConnection = () => net.connect(Number(port), host);
  const credential = { secretId, secretKey: key };
  return new cdn.v20180606.Client({ credential, profile: { httpProfile: { protocol: "http://", agent } } });
}

const purge = (...Urls) => client(secretKey).PurgeUrlsCache({ Urls });
const row = (table, ...texts) =>
  `[...document.querySelectorAll("#${table} tr")].some((row) =>
     ${JSON.stringify(texts)}.every((text) => row.textContent.includes(text)))`;

async function main() {
  const before = await purge("https://example.com/before.png");
  const options = [
    "--headless=new",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
    // The sandbox does not work for root, which most containers use. The page is our own.
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    `--user-data-dir=${path.join(folder, "browser")}`,
  ];
  const child = spawn(browser, options, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const devtools = new DevTools(child);
  child.on("exit", (code) => {
    console.error(`the browser ended with ${code}`);
    process.exit(1);
  });

  const claim = async (text, check) => {
    try {
      await check();
      console.log(text);
    } catch (error) {
      console.log(`${text}\t${String(error.message).replace(/\s+/g, " ")}`);
    }
  };

  await devtools.open(page);
  await claim("it is live", () => devtools.until(`document.querySelector("#state")?.textContent === "live"`));
  await claim("it shows requests from before it was opened", async () => {
    await devtools.until(row("tasks", before.TaskId, "https://example.com/before.png"));
    await devtools.until(row("requests", "cdn", "PurgeUrlsCache", before.RequestId, "ok"));
  });

  await devtools.evaluate("window.opened = 1");
  await claim("it shows when a task is accepted and when it is done", async () => {
    const task = await purge("https://example.com/now.png", "https://example.com/too.png");
    await devtools.until(row("tasks", task.TaskId, "https://example.com/now.png and 1 more", "2 process"));
    await devtools.until(row("requests", "PurgeUrlsCache", task.RequestId, "ok"));
    await devtools.until(row("tasks", task.TaskId, "2 done"));
  });
  await claim("it shows a refusal and its reason", async () => {
    const call = client("AnotherKey").PurgeUrlsCache({ Urls: ["https://example.com/"] });
    const refusal = await call.catch((error) => error);
    const texts = ["AuthFailure.SignatureFailure", "the signature does not match"];
    await devtools.until(row("requests", refusal.requestId, ...texts));
  });
  await claim("it shows the rates and quotas in use", async () => {
    const calls = Array.from({ length: 5 }, (_, index) => purge(`https://example.com/${index}`));
    await Promise.all(calls);
    await devtools.until(row("usage", "cdn", "PurgeUrlsCache", "second", "20"));
    await devtools.until(row("usage", "cdn", "PurgeUrlsCache", "day, overseas", "10000"));
    // The rate is 0 again when the second is over.
    await devtools.until(
      `[...document.querySelectorAll("#usage tr")].some((row) =>
         row.cells[3].textContent === "second" && row.cells[4].textContent === "0")`,
    );
  });
  await claim("it shows markup as text", async () => {
    const task = await purge(MARKUP);
    await devtools.until(row("tasks", task.TaskId, MARKUP));
    await devtools.until(row("requests", task.RequestId, MARKUP));
    const executed = await devtools.evaluate(
      `window.executed === 1 || document.querySelector("table img, table script") !== null`,
    );
    if (executed) throw new Error("the markup was executed");
  });
  await claim("it was not reloaded", async () => {
    if ((await devtools.evaluate("window.opened")) !== 1) throw new Error("it was reloaded");
  });
  await claim("it fits a narrow window", async () => {
    const phone = { width: 360, height: 740, deviceScaleFactor: 1, mobile: true };
    await devtools.send("Emulation.setDeviceMetricsOverride", phone);
    const width = await devtools.evaluate("document.documentElement.scrollWidth");
    if (width > 360) throw new Error(`it is ${width} wide`);
    await devtools.send("Emulation.clearDeviceMetricsOverride");
  });
  await claim("it sends requests to the emulator only", async () => {
    const requests = devtools.events.filter(({ method }) => method === "Network.requestWillBeSent");
    const urls = requests.map(({ params }) => params.request.url);
    const elsewhere = urls.filter((url) => !url.startsWith(page) && !url.startsWith("data:"));
    if (urls.length === 0 || elsewhere.length > 0) {
      throw new Error(`${urls.length} requests, to other hosts: ${elsewhere}`);
    }
  });
  await claim("it causes no errors", async () => {
    const errors = devtools.events.filter(
      ({ method, params }) =>
        method === "Runtime.exceptionThrown" || (method === "Log.entryAdded" && params.entry.level === "error"),
    );
    if (errors.length > 0) throw new Error(JSON.stringify(errors[0].params));
  });

  const { data } = await devtools.send("Page.captureScreenshot", { captureBeyondViewport: true });
  require("node:fs").writeFileSync(path.join(folder, "page.png"), Buffer.from(data, "base64"));
  child.removeAllListeners("exit");
  await Promise.race([devtools.send("Browser.close"), sleep(5000)]);
  child.kill();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
