// The live socket of one chat: says hello, subscribes from the last number seen, notices when it is dead.

const SILENCE = 45_000;

/**
 * Opens a socket. `on` hears: up(), event(frame), pulse(frame), beat(seq), snapshot(), denied(), down().
 * `down` comes once and is the last. Returns `typing()` and `close()`.
 */
export function socket({ token, topic, since, on }) {
  const ws = new WebSocket(`${location.origin.replace(/^http/, "ws")}/live`);
  let deadline, closed = false, subscribed = false, typedAt = 0;
  const say = (frame) => ws.readyState === WebSocket.OPEN && ws.send(JSON.stringify(frame));
  const end = () => {
    if (closed) return;
    closed = true;
    clearTimeout(deadline);
    ws.close();
    on.down();
  };
  const alive = () => {
    clearTimeout(deadline);
    deadline = setTimeout(end, SILENCE);
  };

  alive();
  ws.onopen = () => say({ t: "hello", v: 1, visitor: token });
  ws.onclose = end;
  ws.onerror = end;
  ws.onmessage = ({ data }) => {
    if (closed) return;
    alive();
    let frame;
    try { frame = JSON.parse(data); } catch { return; }
    switch (frame.t) {
      case "hello": say({ t: "subscribe", topic, since }); break;
      case "subscribed": subscribed = true; on.up(); break;
      case "event": if (frame.topics.includes(topic)) on.event(frame); break;
      case "pulse": if (frame.topic === topic) on.pulse(frame.pulse); break;
      case "beat": on.beat(frame.seq); break;
      case "snapshot_required": on.snapshot(); break;
      case "denied": on.denied(); break;
      // Turned away at the door is a matter of who we are; later it is a server that stops.
      case "bye": if (subscribed) end(); else on.denied(); break;
    }
  };
  return {
    /** Says that the visitor is typing, at most once in 3 s. */
    typing() {
      if (Date.now() - typedAt < 3_000) return;
      typedAt = Date.now();
      say({ t: "pulse", topic, pulse: { kind: "typing" } });
    },
    close: end,
  };
}
