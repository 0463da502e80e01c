(() => {
  const box = document.getElementById("filter"), input = box.querySelector("input"), told = box.querySelector("output");
  const rows = [...document.querySelectorAll("tbody tr, .found > li, .adjacency > li")];
  box.hidden = false;
  input.addEventListener("input", () => {
    const word = input.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      row.hidden = word !== "" && !row.textContent.toLowerCase().includes(word);
      shown += row.hidden ? 0 : 1;
    }
    told.textContent = word === "" ? "" : shown + " of " + rows.length + " rows";
  });
})();
