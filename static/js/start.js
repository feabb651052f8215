// What only a script can do is shown from here on (class "scripted").
document.documentElement.classList.add("js");
