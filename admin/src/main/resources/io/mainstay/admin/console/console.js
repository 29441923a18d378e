// Shows status and events as they are; text only ever enters the page as text.
const tones = {
  healthy: "good", serving: "good", standby: "good",
  degraded: "warn", starting: "warn", draining: "warn", pending: "warn", stopping: "warn",
  failing: "bad", down: "bad", parked: "bad", isolated: "bad", "backing-off": "bad",
};

const cell = (text, tone) => {
  const td = document.createElement("td");
  td.textContent = text ?? "–";
  if (tone) td.className = tone;
  return td;
};

// Whole seconds and one decimal are enough to read.
const seconds = (time) => time.replace(/\.\d+Z$/, "Z");
const rate = (number) => Math.round(number * 10) / 10;

const row = (...cells) => {
  const tr = document.createElement("tr");
  tr.append(...cells);
  return tr;
};

const show = (status) => {
  const services = [];
  const instances = [];
  for (const s of status.services) {
    services.push(row(cell(s.name), cell(s.paused ? `${s.verdict}, paused` : s.verdict, tones[s.verdict]),
      cell(`${s.serving}/${s.desired}`), cell(s.standby), cell(s.failing, s.failing ? "bad" : ""),
      cell(rate(s.requestsPerSecond)), cell(s.inFlight), cell(s.queued), cell(s.override ? `${s.reason} (${s.override})` : s.reason)));
    for (const i of s.instances) {
      instances.push(row(cell(i.id), cell(i.state, tones[i.state]), cell(i.role), cell(i.generation),
        cell(i.address), cell(i.restarts), cell(seconds(i.since)), cell(i.reason)));
    }
  }
  document.querySelector("#services tbody").replaceChildren(...services);
  document.querySelector("#instances tbody").replaceChildren(...instances);
  document.querySelector("#server").textContent =
    `${status.node}, leader ${status.leader ?? "none"}, version ${status.version}`;
};

let asked = false;
const refresh = async () => {
  if (asked) return;
  asked = true;
  try {
    const answer = await fetch("/api/v1/status");
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    show(await answer.json());
  } catch (error) {
    document.querySelector("#server").textContent = `no answer from the server (${error.message})`;
  } finally {
    asked = false;
  }
};

const list = document.querySelector("#events");
const seen = new Set();
const add = (event) => {
  if (seen.has(event.cursor)) return;
  seen.add(event.cursor);
  const item = document.createElement("li");
  item.textContent = [seconds(event.time), event.kind, event.instance ?? event.service ?? "", event.reason].join("  ");
  list.prepend(item);
  while (list.childElementCount > 200) list.lastElementChild.remove();
};

const begin = async () => {
  let next = "";
  try {
    const past = await (await fetch("/api/v1/events?limit=50")).json();
    past.events.forEach(add);
    next = past.next ?? "";
  } catch {
    // The stream below begins with what is new.
  }
  const stream = new EventSource(`/api/v1/events/stream?after=${encodeURIComponent(next)}`);
  stream.onmessage = (message) => { add(JSON.parse(message.data)); refresh(); };
  // A browser gives up on an answer that is an error: that of a server with another data folder.
  stream.onerror = () => { if (stream.readyState === EventSource.CLOSED) setTimeout(begin, 5000); };
};

refresh();
setInterval(refresh, 1000);
begin();
