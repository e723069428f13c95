import { chooseLanguage, chooseTheme } from '../actions/page.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { Select } from '../app/select.tsx';
import { Field } from './field.tsx';

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
      <Field label={words.language}>
        {(attributes) => (
          <Select
            {...attributes}
            value={language}
            options={languages.map((value) => [value, words.languages[value]] as const)}
            choose={(chosen) => perform(chooseLanguage, chosen)}
          />
        )}
      </Field>
      <Field label={words.theme}>
        {(attributes) => (
          <Select
            {...attributes}
            value={theme}
            options={themes.map((value) => [value, words.themes[value]] as const)}
            choose={(chosen) => perform(chooseTheme, chosen)}
          />
        )}
      </Field>
    </div>
  );
}
