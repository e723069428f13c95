import { chooseLanguage, chooseTheme } from '../actions/page.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { ChoiceField } from './choice-field.tsx';

const languages = ['en', 'zh'] as const;
const themes = ['auto', 'light', 'dark', 'contrast'] as const;

/** What a new person looks for first. */
export function LanguageAndTheme() {
  const perform = usePerform();
  const { language, page } = useWords();
  const words = page.settings;
  const theme = useSelect((state) => state.theme);
  return (
    <div className="language-and-theme">
      <ChoiceField
        label={words.language}
        value={language}
        values={languages}
        names={words.languages}
        choose={(chosen) => perform(chooseLanguage, chosen)}
      />
      <ChoiceField
        label={words.theme}
        value={theme}
        values={themes}
        names={words.themes}
        choose={(chosen) => perform(chooseTheme, chosen)}
      />
    </div>
  );
}
