import { useState } from 'react';
import { type Failure, failureOf } from '../../model/failure.ts';
import { type Box, type Crop, type Turn, turnCrop, wholeBox } from '../../model/image/crop.ts';
import { uprightSize } from '../../model/image/orientation.ts';
import { type Croppable, keepCrop, takeOriginal } from '../actions/crop.ts';
import { useApp, usePerform } from '../app/context.tsx';
import { shapedFrame } from './frame.ts';

/** Shapes that the frame keeps. */
export const shapes = ['free', 'square', 'original'] as const;
export type Shape = (typeof shapes)[number];

/** The crop of a picture while a person makes it. */
export function useCrop({ key, original, crop: before }: Croppable) {
  const app = useApp();
  const perform = usePerform();
  const [crop, setCrop] = useState<Crop>(before ?? { orientation: 1, box: wholeBox(original) });
  const [shape, setShape] = useState<Shape>('free');
  const [isWorking, setWorking] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const size = uprightSize(original, crop.orientation);
  const ratioOf = (wanted: Shape) => (wanted === 'free' ? null : wanted === 'square' ? 1 : size.width / size.height);
  const choose = (wanted: Shape) => {
    setShape(wanted);
    setCrop(({ orientation, box }) => ({ orientation, box: shapedFrame(box, ratioOf(wanted), size) }));
  };
  const isWhole = crop.orientation === 1 && crop.box.width === original.width && crop.box.height === original.height;
  const done = async () => {
    if (isWhole) return perform(takeOriginal);
    setWorking(true);
    setFailure(null);
    try {
      await keepCrop(app, key, original, crop);
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setWorking(false);
    }
  };
  return {
    crop,
    size,
    shape,
    ratio: ratioOf(shape),
    isWorking,
    failure,
    choose,
    place: (box: Box) => setCrop(({ orientation }) => ({ orientation, box })),
    turn: (turn: Turn) => setCrop((before) => turnCrop(before, original, turn)),
    done,
  };
}

export type CropInHand = ReturnType<typeof useCrop>;
