// The conversation on the page: what was heard and what was said, as text, never as markup.

const log = document.getElementById("log");

function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function add(className, who, lines) {
  const item = element("div", "", className);
  item.append(element("p", who, "who"), ...lines.map((line) => element("p", line)));
  log.append(item);
  item.scrollIntoView({ block: "nearest" });
  return item;
}

export const heard = (text) => add("mine", "You", [text || "(nothing was heard)"]);
export const fault = (text) => add("skill fault", "Problem", [text]);

/** The reply of a turn; returns the paragraphs of its sentences. */
export function replied(sentences, level = "", sources = []) {
  const item = add(`skill ${level ?? ""}`.trim(), "Voice skill", sentences);
  const paragraphs = [...item.querySelectorAll("p:not(.who)")];
  if (sources.length) item.append(origin(sources));
  item.scrollIntoView({ block: "start" });
  return paragraphs;
}

function origin(sources) {
  const details = element("details", "", "sources");
  details.append(element("summary", "Where this comes from"));
  for (const one of sources) {
    const line = element("p", `${one.source}. Last checked on `);
    const date = element("time", new Date(`${one.reviewed}T12:00`).toLocaleDateString("en-GB", { dateStyle: "long" }));
    date.dateTime = one.reviewed;
    line.append(date, ". No doctor has signed it off yet.");
    details.append(line);
  }
  return details;
}

/** Marks the sentence that is being spoken; none when `paragraph` is not given. */
export function mark(paragraph) {
  log.querySelectorAll(".said").forEach((each) => each.classList.remove("said"));
  paragraph?.classList.add("said");
  paragraph?.scrollIntoView({ block: "nearest" });
}

export const clear = () => log.replaceChildren();
