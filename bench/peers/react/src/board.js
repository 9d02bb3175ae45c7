// The board's state: cards by id, columns as lists of ids sorted by rank. A change makes new objects
// only for what differs, so that React leaves the rest alone.

const precedes = (cards, a, b) => (cards[a].rank === cards[b].rank ? a < b : cards[a].rank < cards[b].rank);

/** From what the server sent. */
export function begin({ stages }) {
  const cards = {};
  for (const stage of stages) for (const card of stage.cards) cards[card.id] = card;
  return {
    stages: stages.map(({ id, slug, name }) => ({ id, slug, name })),
    cards,
    columns: Object.fromEntries(stages.map((stage) => [stage.id, stage.cards.map((card) => card.id)])),
  };
}

/** Puts a card where a move says. */
export function move(state, { lead, to, rank, at }) {
  const card = state.cards[lead];
  if (!card || (card.stage === to && card.rank === rank)) return state;
  const cards = { ...state.cards, [lead]: { ...card, stage: to, rank, last_activity_at: at } };
  const left = state.columns[card.stage].filter((id) => id !== lead);
  const target = card.stage === to ? left : state.columns[to];
  let low = 0;
  for (let high = target.length; low < high;) {
    const middle = (low + high) >> 1;
    if (precedes(cards, target[middle], lead)) low = middle + 1;
    else high = middle;
  }
  return { ...state, cards, columns: { ...state.columns, [card.stage]: left, [to]: [...target.slice(0, low), lead, ...target.slice(low)] } };
}

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A rank between two others; none is the end. */
export function between(low = '', high = undefined) {
  let rank = '';
  for (let at = 0; ; at += 1) {
    const from = at < low.length ? DIGITS.indexOf(low[at]) : 0;
    const to = high !== undefined && at < high.length ? DIGITS.indexOf(high[at]) : DIGITS.length;
    if (to - from > 1) return rank + DIGITS[(from + to) >> 1];
    rank += DIGITS[from];
    if (to !== from) high = undefined;
  }
}
