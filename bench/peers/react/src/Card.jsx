import { useSortable } from '@dnd-kit/sortable';
import { memo } from 'react';

const ago = (at, now) => {
  const minutes = Math.max(0, Math.floor((now - at) / 60_000));
  if (minutes < 60) return `${minutes}m`;
  return minutes < 1_440 ? `${Math.floor(minutes / 60)}h` : `${Math.floor(minutes / 1_440)}d`;
};
const initials = (name) => name.split(' ').map((word) => word[0]).join('').slice(0, 2);

/** The inside of a card, with the markup of Spotlight's. */
export const Face = memo(function Face({ card, now }) {
  const colour = card.score >= 75 ? 'hot' : card.score >= 50 ? 'warm' : 'cold';
  return (
    <>
      <div className="lead-top">
        <div>
          <a className="lead-name" href={`/leads/${card.id}`} title={card.name}>{card.name}</a>
          <div className="lead-org" title={card.organisation}>{card.organisation}</div>
        </div>
        <i className={`lead-ring ${colour} tens-${Math.floor(card.score / 10)} ones-${card.score % 10}`} role="img" aria-label={`Score ${card.score} of 100`}>
          {card.score}
        </i>
      </div>
      <div className="lead-said">
        <i className={card.sentiment} role="img" aria-label={`Sentiment ${card.sentiment}`} />
        <p className="line-clamp-2">{card.last_message}</p>
      </div>
      <div className="lead-foot">
        <span>
          {card.owner && <span className="person bg-peer-1" role="img" aria-label={card.owner} title={card.owner}>{initials(card.owner)}</span>}
        </span>
        <time>{ago(card.last_activity_at, now)}</time>
        <i className="no-step" role="img" aria-label="No next step" title="No next step" />
        <a className="lead-move" href={`/?move=${card.id}`} data-move tabIndex={-1} aria-label={`Move ${card.name}`} />
        <b>{`£${(card.value / 100).toLocaleString('en-GB')}`}</b>
      </div>
    </>
  );
});

/** A card in its column. */
export const Card = memo(function Card({ card, now }) {
  const { setNodeRef, attributes, listeners, transform, transition, isDragging } = useSortable({ id: card.id });
  const style = { transform: transform ? `translate3d(${transform.x}px, ${transform.y}px, 0)` : undefined, transition };
  return (
    <article
      ref={setNodeRef} style={style} className={isDragging ? 'lead lead-ghost is-ghost' : 'lead'} data-lead={card.id}
      {...attributes} {...listeners} role="listitem" aria-label={`${card.name}, ${card.organisation}`}
    >
      <Face card={card} now={now} />
    </article>
  );
});
