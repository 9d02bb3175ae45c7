// The head, the banner and the line under the composer: who answers, and how the connection is.
import { byId, icon } from "./dom.js";
import { firstName } from "./text.js";
import { person } from "./thread.js";

/** The parts around the thread. `tryNow` is what the banner's button does. */
export function head({ assistant, company, tryNow }) {
  const bot = document.querySelector("#face .bot");
  const banner = byId("banner");
  const again = banner.querySelector("button");
  again.addEventListener("click", tryNow);

  /** Names whoever answers. `typing` is the name of whoever is writing now. */
  const who = ({ owner, name }, { live, up, typing }) => {
    const human = owner === "person";
    const shown = human ? (name ?? "A person") : assistant;
    if (byId("name").textContent !== shown) {
      byId("name").textContent = shown;
      byId("face").replaceChildren(human ? person(shown) : bot);
    }
    byId("mark").hidden = human;
    byId("dot").hidden = !up || (!human && !live);
    byId("sub").textContent = !up ? "Reconnecting"
      : typing ? `${firstName(typing)} is writing`
      : human ? `${firstName(shown)} joined, ${assistant} stepped back`
      : owner === "waiting" ? "A person has been asked to join"
      : live ? "Usually answers at once" : "Paused for now";
    byId("invite").textContent = live ? "Ask anything. A person can join whenever you like." : `Write here and a person at ${company} will answer.`;
    byId("foot").textContent = human ? "You are talking to a person."
      : live ? `${assistant} is an AI assistant. Ask for a person at any time.`
      : `${assistant} is paused. What you write reaches the team at ${company}.`;
  };

  let shown = "";
  /** Shows one banner: kind is offline, back or trouble; null hides it. */
  const say = (kind, words = "", canTry = false) => {
    banner.hidden = !kind;
    banner.dataset.kind = kind ?? "";
    again.hidden = !canTry;
    if (!kind) { shown = ""; return; }
    // The seconds that count down are not announced each time.
    const steady = words.replace(/\d+ s/, "");
    byId("banner-words").setAttribute("aria-live", shown === kind + steady ? "off" : "polite");
    shown = kind + steady;
    byId("banner-words").textContent = words;
    banner.replaceChild(icon({ offline: "wifi-off", back: "check", trouble: "alert" }[kind]), banner.querySelector(".ic"));
  };
  return { who, say };
}
