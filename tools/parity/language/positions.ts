import { promptPositions } from '../../../model/tables/token-positions.ts';
import type { Component } from '../component.ts';
import { grids, int32Input, int32Rows, memberOf, mergeSize, positionRows } from './inputs.ts';

/** The three-axis position of every token, and how far the largest runs ahead of the count. */
export const ropeIndex: Component = async (golden) => {
  const ids = int32Input(golden, 'ids');
  const imageToken = Number(memberOf(golden.config, 'image_token_id'));
  const options = { image_token_id: imageToken, spatial_merge_size: mergeSize(golden) };
  const positions = promptPositions(ids, grids(golden), options);
  const outputs = new Map([
    ['position_ids', positionRows(positions)],
    ['delta', int32Rows([positions.next - ids.length])],
  ]);
  return { outputs, computedBy: 'plain' };
};
