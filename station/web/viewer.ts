/** The viewer of a page: it takes the place of what `#viewer` shows without script. */

const place = document.getElementById("viewer");
place?.setAttribute("data-ready", "");
