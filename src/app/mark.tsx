/** The mark of the page: a picture with a sun over hills. */
export function Mark() {
  return <img className="mark" src="./icon.svg" alt="" />;
}
