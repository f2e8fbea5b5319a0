
"use strict";
// Everything that is shown goes in as text, never as markup.
const make = (tag, told = {}, ...inside) => {
  const node = Object.assign(document.createElement(tag), told);
  node.append(...inside.filter((one) => one !== null));
  return node;
};
const pretty = (value) => JSON.stringify(value, null, 2);

function exampleOf(answer, description) {
  for (const content of Object.values(answer.content ?? {})) {
    if (content.example !== undefined) return content.example;
    const name = (content.schema?.anyOf?.[0] ?? content.schema)?.$ref?.split("/").pop();
    const examples = description.components.schemas[name]?.examples;
    if (examples) return examples[0];
  }
  return null;
}

function typeOf(schema) {
  if (!schema) return "";
  if (schema.enum) return schema.enum.join(" | ");
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.anyOf) return schema.anyOf.map(typeOf).filter((one) => one !== "null").join(" | ");
  if (schema.type === "array") return typeOf(schema.items) + ", repeatable";
  return schema.type ?? "";
}

function parameters(operation, fields) {
  const rows = (operation.parameters ?? []).map((parameter) => {
    const label = parameter.name + (parameter.required ? " *" : "");
    const initial = parameter.schema?.default;
    const field = make("input", {
      placeholder: initial === undefined || Array.isArray(initial) || initial === null ? "" : String(initial),
      spellcheck: false, autocomplete: "off",
    });
    field.setAttribute("aria-label", parameter.name);
    fields.push({ parameter, field });
    const told = (parameter.description ?? parameter.schema?.description ?? "").replaceAll("`", "");
    return make("tr", {}, make("td", {}, label), make("td", {}, typeOf(parameter.schema)), make("td", {}, told), make("td", {}, field));
  });
  if (!rows.length) return null;
  const head = make("tr", {}, ...["name", "type", "", "value"].map((one) => make("th", {}, one)));
  return make("div", {}, make("h3", {}, "Parameters"), make("table", {}, head, ...rows));
}

function target(path, fields) {
  const query = new URLSearchParams();
  for (const { parameter, field } of fields) {
    const value = field.value.trim();
    if (parameter.in === "path") path = path.replace(`{${parameter.name}}`, encodeURIComponent(value));
    else if (value && parameter.schema?.type === "array") value.split(",").forEach((one) => query.append(parameter.name, one.trim()));
    else if (value) query.set(parameter.name, value);
  }
  return path + (query.size ? "?" + query : "");
}

async function send(method, address, output) {
  output.hidden = false;
  output.textContent = `${method} ${address} …`;
  try {
    const answer = await fetch(address, { method, headers: method === "POST" ? { "Content-Type": "application/json" } : {} });
    const text = await answer.text();
    const isJson = (answer.headers.get("content-type") ?? "").includes("json");
    output.textContent = `${answer.status} ${answer.statusText}\n\n${isJson ? pretty(JSON.parse(text)) : text}`;
  } catch (error) {
    output.textContent = `no answer: ${error.message}`;
  }
}

function endpoint(path, method, operation, description) {
  const fields = [];
  const output = make("pre", { hidden: true });
  const button = make("button", { type: "button" }, method === "post" ? "Run it now" : "Try it");
  button.addEventListener("click", () => {
    const missing = fields.find(({ parameter, field }) => parameter.required && !field.value.trim());
    if (missing) missing.field.focus();
    else send(method.toUpperCase(), target(path, fields), output);
  });
  const answers = Object.entries(operation.responses).map(([status, answer]) =>
    make("li", {}, make("b", {}, status), answer.description.replaceAll("`", "")));
  const example = exampleOf(operation.responses["200"] ?? {}, description);
  return make("details", { className: "endpoint" },
    make("summary", {},
      make("span", { className: "method " + method }, method.toUpperCase()),
      make("span", { className: "path" }, path),
      make("span", { className: "soft" }, (operation.description ?? "").replaceAll("`", ""))),
    make("div", { className: "inside" },
      parameters(operation, fields),
      make("h3", {}, "Answers"), make("ul", { className: "answers" }, ...answers),
      example === null ? null : make("h3", {}, "Example"),
      example === null ? null : make("pre", {}, typeof example === "string" ? example : pretty(example)),
      button, output));
}

async function show() {
  const about = document.getElementById("about");
  try {
    const description = await (await fetch("/openapi.json")).json();
    document.getElementById("version").textContent = description.info.version;
    about.textContent = description.info.description.replaceAll("`", "");
    const main = document.getElementById("main");
    for (const tag of description.tags) {
      main.append(make("h2", {}, tag.name), make("p", { className: "soft" }, tag.description));
      for (const [path, methods] of Object.entries(description.paths))
        for (const [method, operation] of Object.entries(methods))
          if (operation.tags?.includes(tag.name)) main.append(endpoint(path, method, operation, description));
    }
  } catch (error) {
    about.textContent = `The description of this API could not be read: ${error.message}`;
  }
}
show();
