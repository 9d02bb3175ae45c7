import { error } from '@sveltejs/kit';
import { load as board } from '../../../cards.mjs';

export async function load({ cookies }) {
  return (await board(cookies.get('spotlight') ?? '')) ?? error(401);
}
