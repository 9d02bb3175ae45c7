// A page's live connection as the protocol asks for it: it resumes from where it was, waits longer each time, and shows no
// event twice. What it counts is what a person would have seen.
import { performance } from 'node:perf_hooks';
import WebSocket from 'ws';

/** The number of an event. */
const number = (text) => parseInt(text.slice(text.indexOf('"seq":') + 6, text.indexOf('"seq":') + 26), 10);

/** One tab on one topic. `address()` says where the server is now; `heard(frame)` is told of each event, once. */
export class Tab {
  constructor({ address, cookie, topic, heard = () => {} }) {
    Object.assign(this, { address, cookie, topic, heard, seq: null, shown: 0, twice: 0, tries: 0, ended: false, afresh: 0 });
    /** How long each replay took: from the first try to connect to the answer, in ms. */
    this.replays = [];
    this.ready = new Promise((resolve) => (this.settle = resolve));
    this.connect();
  }

  connect() {
    this.since ??= performance.now();
    const socket = new WebSocket(`${this.address().replace('http', 'ws')}/live`, { headers: { cookie: this.cookie }, perMessageDeflate: false });
    this.socket = socket;
    socket.on('open', () => socket.send('{"t":"hello","v":1}'));
    socket.on('error', () => {});
    socket.on('close', () => this.lost(socket));
    socket.on('message', (data) => this.take(data.toString()));
  }

  lost(socket) {
    if (this.ended || socket !== this.socket || this.waiting) return;
    // 1, 2, 4, 8, 15 s, a quarter more or less; at once after a cut that we made ourselves, as when the network is back.
    const wait = this.cut ? 0 : Math.min(15_000, 1_000 * 2 ** this.tries) * (0.75 + Math.random() / 2);
    this.tries += 1;
    this.waiting = setTimeout(() => {
      this.waiting = null;
      this.connect();
    }, this.cut ? this.cut : wait);
    this.cut = 0;
  }

  take(text) {
    if (text.startsWith('{"t":"event"')) {
      // Before the answer what is live may come in front of what was missed: it is held, and shown in order.
      if (this.held) this.held.push(text);
      else this.show(text);
    } else if (text.startsWith('{"t":"hello"')) {
      const ask = this.seq === null ? { t: 'subscribe', topic: this.topic, since: (this.seq = JSON.parse(text).seq) } : { t: 'resume', seq: this.seq, topics: [this.topic] };
      this.held = [];
      this.socket.send(JSON.stringify(ask));
    } else if (text.startsWith('{"t":"subscribed"')) {
      const held = this.held.sort((one, other) => number(one) - number(other));
      this.held = null;
      held.forEach((event) => this.show(event));
      this.replays.push(performance.now() - this.since);
      this.since = null;
      this.tries = 0;
      this.settle();
    } else if (text.startsWith('{"t":"beat"')) {
      this.seq = Math.max(this.seq, JSON.parse(text).seq);
    } else if (text.startsWith('{"t":"snapshot_required"')) {
      this.afresh += 1;
    }
  }

  show(text) {
    const seq = number(text);
    if (seq <= this.seq) {
      this.twice += 1;
      return;
    }
    this.seq = seq;
    this.shown += 1;
    this.heard(text);
  }

  /** Cuts the connection without a word, and has no network for so long. */
  sever(milliseconds) {
    if (this.waiting || !this.socket) return;
    this.cut = milliseconds;
    this.since = null;
    const gone = this.socket;
    gone.terminate();
  }

  close() {
    this.ended = true;
    clearTimeout(this.waiting);
    this.socket?.terminate();
  }
}
