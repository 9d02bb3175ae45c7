// The board as somebody at home in React would make it: dnd-kit, memoised cards, one reducer, the first
// twenty cards of a column and more on demand.
import { DndContext, DragOverlay, PointerSensor, closestCorners, useDroppable, useSensor, useSensors } from '@dnd-kit/core';
import { SortableContext, verticalListSortingStrategy } from '@dnd-kit/sortable';
import { memo, useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { begin, between, move } from './board.js';
import { Card, Face } from './Card.jsx';

const WINDOW = 20;

const Column = memo(function Column({ stage, ids, cards, now, lit }) {
  const [shown, setShown] = useState(WINDOW);
  const seen = useMemo(() => ids.slice(0, shown), [ids, shown]);
  const { setNodeRef } = useDroppable({ id: stage.id });
  const sum = useMemo(() => ids.reduce((sum, id) => sum + cards[id].value, 0), [ids, cards]);
  return (
    <section className={`col flex flex-col min-w-0 min-h-0${lit ? ' is-target' : ''}`} aria-label={stage.name} data-stage={stage.slug}>
      <div className="flex items-center gap-2 h-9 px-2.5 shrink-0">
        <h2 className="text-sm truncate">{stage.name}</h2>
        <span className="text-xs text-ink-faint num">{ids.length}</span>
        <span className="ml-auto text-xs num font-medium">{`£${Math.round(sum / 100).toLocaleString('en-GB')}`}</span>
      </div>
      <div ref={setNodeRef} className="flex flex-col gap-2 px-1.5 pb-2 pt-1 overflow-y-auto min-h-0 flex-1" role="list" data-column={stage.id}>
        <SortableContext items={seen} strategy={verticalListSortingStrategy}>
          {seen.map((id) => <Card key={id} card={cards[id]} now={now} />)}
        </SortableContext>
        {ids.length > shown && <button type="button" className="lead-more" onClick={() => setShown(shown + WINDOW)}>{`Show ${ids.length - shown} more`}</button>}
      </div>
    </section>
  );
});

function Board({ loaded }) {
  const [state, change] = useReducer(move, loaded, begin);
  const [now, setNow] = useState(() => Date.now());
  const [held, setHeld] = useState(null);
  const [over, setOver] = useState(null);
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 4 } }));
  const latest = useRef(state);
  latest.current = state;

  useEffect(() => {
    const tick = setInterval(() => setNow(Date.now()), 30_000);
    const socket = new WebSocket(`ws://${location.host}/live`);
    socket.onmessage = ({ data }) => change(JSON.parse(data));
    return () => {
      clearInterval(tick);
      socket.close();
    };
  }, []);

  const columnOf = (id) => (latest.current.columns[id] ? id : latest.current.cards[id]?.stage);
  const onDragEnd = useCallback(({ active, over }) => {
    setHeld(null);
    setOver(null);
    if (!over) return;
    const { cards, columns } = latest.current;
    const to = columnOf(over.id);
    const others = columns[to].filter((id) => id !== active.id);
    // Below the card it lies on if it comes from above in the same column, as sortable lists do.
    let at = columns[over.id] ? others.length : others.indexOf(over.id);
    if (cards[active.id].stage === to && columns[to].indexOf(active.id) < columns[to].indexOf(over.id)) at += 1;
    const moved = { lead: active.id, to, rank: between(cards[others[at - 1]]?.rank, cards[others[at]]?.rank), at: Date.now() };
    change(moved);
    fetch('/move', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(moved) });
  }, []);

  return (
    <DndContext
      sensors={sensors} collisionDetection={closestCorners} onDragStart={({ active }) => setHeld(active.id)}
      onDragOver={({ over }) => setOver(over ? columnOf(over.id) : null)} onDragEnd={onDragEnd} onDragCancel={() => setHeld(null)}
    >
      <div
        className="select-none flex md:grid md:grid-flow-col md:auto-cols-[minmax(236px,1fr)] xl:auto-cols-[minmax(190px,1fr)] gap-2.5 md:px-4 md:pb-4 flex-1 min-h-0 md:overflow-x-auto"
        style={{ height: '100dvh' }} data-board=""
      >
        {state.stages.map((stage) => (
          <Column key={stage.id} stage={stage} ids={state.columns[stage.id]} cards={state.cards} now={now} lit={over === stage.id} />
        ))}
      </div>
      <DragOverlay>{held && <article className="lead is-lifted"><Face card={state.cards[held]} now={now} /></article>}</DragOverlay>
    </DndContext>
  );
}

const loaded = await (await fetch('/board.json')).json();
createRoot(document.getElementById('root')).render(<Board loaded={loaded} />);
