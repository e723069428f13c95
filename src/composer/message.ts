/** The id of the textbox Message: "Edit this" sends the cursor there. */
export const messageId = 'message';
