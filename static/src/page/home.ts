/** Pages without a lab: theme, search, and on the course map how far one has come. */

import { bindThemeButton } from "./appearance.ts";
import { showMap } from "./course/map.ts";
import { keepOffline } from "./course/offline.ts";
import { bindSearch } from "./course/searchkey.ts";
import { bindTransfer } from "./course/transfer.ts";

bindThemeButton();
bindSearch();
showMap();
bindTransfer(showMap);
// A page that comes back by the Back button shows what was done meanwhile.
addEventListener("pageshow", (event) => event.persisted && showMap());
addEventListener("load", () => void keepOffline(false));
