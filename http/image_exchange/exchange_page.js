"use strict";

const byId = (id) => document.getElementById(id);
const address = (path, parameters = {}) => {
  const url = new URL(path, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const token = new URLSearchParams(location.search).get("token");
  if (token !== null) url.searchParams.set("token", token);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
};
const withToken = (path) => {
  const url = new URL(path, location.href);
  const token = new URLSearchParams(location.search).get("token");
  if (token !== null) url.searchParams.set("token", token);
  return url.href;
};

function bytes(count) {
  if (count < 1024) return `${count} bytes`;
  const units = ["KiB", "MiB", "GiB"];
  let value = count;
  let unit = -1;
  while (value >= 1024 && unit < 2) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}

/** The Base64 of a file, made by the browser. */
function encode(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

function decode(text, type) {
  const binary = atob(text);
  const data = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) data[i] = binary.charCodeAt(i);
  return new Blob([data], { type });
}

/** Sends one message over a connection of its own; gives back what returns. */
function exchange(message, parameters) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address("./", parameters));
    socket.binaryType = "blob";
    let answer;
    socket.onopen = () => socket.send(message);
    socket.onmessage = ({ data }) => {
      answer = data;
      socket.close(1000);
    };
    socket.onclose = ({ code, reason }) => {
      if (answer !== undefined) resolve(answer);
      else if (code === 1006) reject(new Error("the server is away, or the connection was lost"));
      else reject(new Error(`the connection ended: ${code} ${reason}`.trimEnd()));
    };
  });
}

function show(list, { title, lines, source, failed }) {
  const item = document.createElement("li");
  if (source !== undefined) {
    const image = new Image();
    image.alt = title;
    image.src = source;
    image.onload = () => item.dataset.decoded = `${image.naturalWidth}x${image.naturalHeight}`;
    image.onerror = () => {
      image.remove();
      item.dataset.decoded = "not shown by this browser";
      if (item.dataset.described !== undefined) return;
      const words = document.createElement("p");
      words.className = "unshown";
      words.textContent = /\.(fits?|fts)(\.gz|\.fz)?$|\.fz$/i.test(title)
        ? "A FITS file: heliograph view shows it."
        : "This browser does not show it as a picture.";
      item.append(words);
    };
    item.append(image);
  }
  for (const line of [title, ...lines]) {
    const paragraph = document.createElement("p");
    paragraph.textContent = line;
    item.append(paragraph);
  }
  item.classList.toggle("failed", failed === true);
  list.append(item);
  return item;
}

/** The cards of what this page has sent, and what the server says of them, by their names. */
const cards = new Map();
const said = new Map();

/** Writes on a card what the server can tell of an image. */
function describe(item, { name, time, words, page, picture }) {
  if (item === undefined || words === undefined || item.dataset.described !== undefined) return;
  item.dataset.described = "";
  if (picture) {
    for (const old of item.querySelectorAll("img, .unshown")) old.remove();
    const image = new Image();
    image.alt = words;
    image.src = withToken(`pictures/${encodeURIComponent(name)}?at=${time}`);
    item.prepend(image);
  }
  const line = document.createElement("p");
  line.className = "words";
  line.textContent = words;
  item.append(line);
  if (page === undefined) return;
  const link = document.createElement("a");
  const url = new URL(page, location.href);
  // A server on all addresses does not know by which one it is seen.
  if (/^(?:0\.0\.0\.0|\[::\])$/.test(url.hostname)) url.hostname = location.hostname;
  link.href = url.href;
  link.textContent = "open in the viewer";
  line.append(" ", link);
}

async function send(file) {
  const status = byId("status");
  const binary = document.querySelector("input[name=form]:checked").value === "binary";
  status.textContent = `Sending ${file.name} ...`;
  status.classList.remove("failed");
  try {
    const message = binary ? file : await encode(file);
    const start = performance.now();
    const card = Math.random().toString(36).slice(2);
    const name = byId("named").checked ? { name: file.name } : {};
    const answer = await exchange(message, { ...name, card });
    const time = performance.now() - start;
    const sent = binary ? file.size : message.length;
    if (typeof answer === "string" && answer !== message) throw new Error(answer.slice(0, 500));
    const image = typeof answer === "string"
      ? decode(answer, file.type)
      : answer.slice(0, answer.size, file.type);
    const got = typeof answer === "string" ? answer.length : answer.size;
    const rate = Math.round((sent + got) / (time / 1000));
    const item = show(byId("results"), {
      title: file.name,
      lines: [
        `image: ${bytes(file.size)}`,
        `sent ${bytes(sent)}, received ${bytes(got)} as ${binary ? "binary" : "Base64 text"}`,
        `${time.toFixed(1)} ms, ${bytes(rate)}/s both ways`,
      ],
      source: URL.createObjectURL(image),
    });
    cards.set(card, item);
    describe(item, said.get(card) ?? {});
    status.textContent = `${file.name} came back after ${time.toFixed(1)} ms.`;
  } catch (error) {
    show(byId("results"), { title: file.name, lines: [error.message], failed: true });
    status.textContent = `${file.name}: ${error.message}`;
    status.classList.add("failed");
  }
}

async function sendAll(files) {
  for (const file of files) await send(file);
}

/** The list of what the server has received, kept up to date by the server. */
function listen(wait = 500) {
  const socket = new WebSocket(address("events"));
  const live = byId("live");
  socket.onmessage = ({ data }) => {
    const images = JSON.parse(data);
    const list = document.createDocumentFragment();
    for (const image of images) {
      const { name, bytes: size, type, time, card, picture } = image;
      if (card !== undefined) {
        said.set(card, image);
        describe(cards.get(card), image);
      }
      const item = show(list, {
        title: name,
        lines: [`${bytes(size)}, ${type}`, new Date(time).toLocaleTimeString()],
        source: picture ? undefined : withToken(`images/${encodeURIComponent(name)}?at=${time}`),
      });
      describe(item, image);
    }
    byId("images").replaceChildren(list);
    live.textContent = images.length === 0
      ? "Nothing yet."
      : `${images.length} ${images.length === 1 ? "image" : "images"}`;
    wait = 500;
  };
  socket.onclose = () => {
    live.textContent = "The server is away; trying again ...";
    setTimeout(listen, wait, Math.min(2 * wait, 10_000));
  };
}

const drop = byId("drop");
byId("files").onchange = ({ target }) => sendAll([...target.files]).then(() => target.value = "");
// All of the page takes them: a browser leaves it for an image that is dropped beside.
document.ondragover = (event) => {
  event.preventDefault();
  drop.classList.add("over");
};
document.ondragleave = () => drop.classList.remove("over");
document.ondrop = (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  sendAll([...event.dataTransfer.files]);
};
if (document.documentElement.dataset.saves === "true") listen();
