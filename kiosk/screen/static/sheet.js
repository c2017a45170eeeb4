// The test of a print: what the camera makes of a sheet that staff hold up, told while its panel is open.
import { clearErrors, post, showErrors } from "./forms.js";
import { icon, say } from "./line.js";

const ASK_EVERY_MS = 500;
const panel = document.querySelector("[data-panel=sheet]");
const at = (id) => document.getElementById(id);
let run = 0; // the number of the test that is asked about; 0 while there is none
let runs = 0;

/** Test prints from now on. `seen` is called while a code is in view, `locked` when the PIN is asked again. */
export async function beginSheet(seen, locked) {
  if (run) return;
  run = ++runs;
  const mine = run;
  showNotice("请稍候", "One moment please");
  at("sheet-again").hidden = true;
  const { status } = await post("/staff/sheet/begin");
  if (status === 401 && mine === run) locked();
  while (status === 204 && mine === run) {
    await ask(mine, seen, locked);
    await new Promise((done) => { setTimeout(done, ASK_EVERY_MS); });
  }
}

/** Test no more. */
export function endSheet() {
  if (!run) return;
  run = 0;
  post("/staff/sheet/end");
}

async function ask(mine, seen, locked) {
  const form = panel.querySelector("form");
  const { status, value } = await post("/staff/sheet", { width: form.elements.width.value });
  if (mine !== run) return;
  if (status === 401) {
    run = 0;
    locked();
  } else if (status === 409) {
    run = 0;
    showNotice("测试已结束，终端已恢复登记。", "The test has ended; visitors are registered again.");
    at("sheet-again").hidden = false;
  } else if (status === 422) {
    showErrors(form, value.errors);
  } else if (status === 200) {
    clearErrors(form);
    if (value.code) {
      seen();
      showCode(value.code);
    } else showNotice(value.notice.zh, value.notice.en);
  }
}

function showNotice(zh, en) {
  at("sheet-code").hidden = true;
  at("sheet-notice").hidden = false;
  say(at("sheet-notice"), zh, en);
}

function showCode(code) {
  at("sheet-notice").hidden = true;
  at("sheet-code").hidden = false;
  const verdict = at("sheet-verdict");
  verdict.dataset.passes = String(code.passes);
  icon(verdict, code.passes ? "good" : "change");
  if (code.passes) say(verdict, "合格", "Pass");
  else say(verdict, "需更改", "Change this");
  at("sheet-kind").dataset.ours = String(code.ours);
  say(at("sheet-kind"), code.kind.zh, code.kind.en);
  fill(at("sheet-changes"), code.changes, (item, change) => say(item, change.zh, change.en));
  fill(at("sheet-measures"), code.measures, (row, measure) => {
    row.dataset.good = String(measure.good);
    icon(row, measure.good ? "good" : "change");
    say(row.querySelector("th"), measure.name.zh, measure.name.en);
    say(row.querySelector("td"), measure.value.zh, measure.value.en);
  });
}

/** As many children as values, each made from the list's template and only changed where it differs. */
function fill(list, values, write) {
  const template = list.querySelector("template");
  const items = [...list.children].filter((item) => item !== template);
  for (const item of items.splice(values.length)) item.remove();
  while (items.length < values.length) {
    const item = template.content.firstElementChild.cloneNode(true);
    list.append(item);
    items.push(item);
  }
  values.forEach((value, number) => write(items[number], value));
}
