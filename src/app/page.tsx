import { lazy, type ReactNode } from 'react';
import { ChatList } from '../chat/chat-list.tsx';
import { Conversation } from '../chat/conversation.tsx';
import { Notices } from '../chat/notices.tsx';
import { useShortcuts } from '../commands/use-shortcuts.ts';
import { Composer } from '../composer/composer.tsx';
import { Queue } from '../composer/queue.tsx';
import { SettingsRegion } from '../settings/settings-region.tsx';
import { ArchiveNewsOfPage } from './archive-news.tsx';
import { useBackCloses } from './back.ts';
import { useApp, useSelect, useWords } from './context.tsx';
import { useDocumentStyle, useDocumentTitle } from './document.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { Header } from './header.tsx';
import { Icon } from './icon.tsx';
import { LazyDialog } from './lazy-dialog.tsx';
import { LazyPlace } from './lazy-place.tsx';
import { SkipLinks } from './skip-links.tsx';
import { Status } from './status.tsx';
import { useDroppedFiles, useEscape } from './whole-page.ts';

const Gallery = lazy(() => import('../gallery/gallery.tsx'));
const ModelsRegion = lazy(() => import('../library/models-region.tsx'));
const Privacy = lazy(() => import('../network/privacy.tsx'));
const AreaDialog = lazy(() => import('../area/area-dialog.tsx'));
const EnlargeDialog = lazy(() => import('../enlarge/enlarge-dialog.tsx'));
const CropDialog = lazy(() => import('../crop/crop-dialog.tsx'));
const RecipeDialog = lazy(() => import('../picture/recipe-dialog.tsx'));
const Viewer = lazy(() => import('../picture/viewer.tsx'));
const Overlays = lazy(() => import('../commands/overlays.tsx'));

export function Page() {
  useDocumentStyle();
  useDocumentTitle();
  return (
    <ErrorBoundary>
      <Parts />
    </ErrorBoundary>
  );
}

function Parts() {
  useEscape();
  useShortcuts();
  useBackClosesPanel();
  return (
    <div className="page">
      <SkipLinks />
      <Header />
      <ChatList />
      <Scrim />
      <Main>
        <Conversation />
        <LazyPlace isOpen={({ panel }) => panel === 'gallery'} part={Gallery} fallback={<div className="gallery" />} />
        <Notices />
        <div className="foot">
          <ArchiveNewsOfPage />
          <Status />
          <Queue />
          <Composer />
        </div>
      </Main>
      <SettingsRegion />
      <LazyPlace isOpen={({ panel }) => panel === 'models'} part={ModelsRegion} />
      <LazyPlace isOpen={({ panel }) => panel === 'privacy'} part={Privacy} />
      <LazyDialog isOpen={({ recipe }) => recipe !== null} part={RecipeDialog} />
      <LazyDialog isOpen={({ viewed }) => viewed !== null} part={Viewer} />
      <LazyPlace isOpen={({ selecting }) => selecting !== null} part={AreaDialog} />
      <LazyPlace isOpen={({ cropping }) => cropping !== null} part={CropDialog} />
      <LazyPlace isOpen={({ enlarging }) => enlarging !== null} part={EnlargeDialog} />
      <LazyPlace isOpen={({ overlay }) => overlay !== null} part={Overlays} />
      <DropTarget />
    </div>
  );
}

/** Says itself that the gallery stands in the conversation's place: whenever anything came or went, `:has` would style all of it anew. */
function Main({ children }: { readonly children: ReactNode }) {
  const shows = useSelect(({ panel }) => (panel === 'gallery' ? 'gallery' : 'conversation'));
  return (
    <main className="main" data-shows={shows}>
      {children}
    </main>
  );
}

function useBackClosesPanel(): void {
  const { store } = useApp();
  const isOpen = useSelect(({ panel }) => panel !== null);
  useBackCloses(isOpen, () => store.setState({ panel: null }));
}

/** Covers the conversation where chats, settings or models lie over it; a tap beside them closes them. */
function Scrim() {
  const { store } = useApp();
  const over = useSelect(({ panel }) => panel);
  if (over === null || over === 'gallery') return null;
  const close = () => store.setState({ panel: null });
  // For a pointer alone: the keyboard has Escape and the buttons that say so.
  return <button type="button" className="scrim" data-over={over} tabIndex={-1} aria-hidden="true" onClick={close} />;
}

function DropTarget() {
  const { page } = useWords();
  const over = useDroppedFiles();
  const takesModels = useSelect(({ panel }) => panel === 'models');
  return over ? (
    <div className="drop">
      <p>
        <Icon name="picture" />
        {takesModels ? page.models.drop : page.composer.drop}
      </p>
    </div>
  ) : null;
}
