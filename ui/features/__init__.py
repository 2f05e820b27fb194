"""What the main window can do, one module for each thing.

The window makes its parts (stage, notice bar, source panel, tabs, menus) and hands them to every
class in `ui.features.listing.FEATURES` in a `WindowContext`. A feature connects itself:

- It puts its widget into `context.side` or `context.stage`, its actions into `context.menus`, and
  its page into `context.preferences`.
- It makes an action with `context.deeds.make(key, text, ...)`, which also puts it onto the page of
  shortcuts. Actions that several features share (`deeds.mute`, `deeds.show_overlay`,
  `deeds.mark_highlight`, `deeds.jump_to_now`) exist already and are disabled: the feature that can
  do it connects and enables it, and tray, menus and global shortcuts follow.
- It reads and watches its own section with `context.settings.watch(SpeechSettings, self._apply)`;
  its page of preferences writes with `context.settings.put(...)`, so that changes apply at once.
- It hears of sessions by `context.commentary.began`, with a SessionBridge to connect to, and
  changes what a session is asked to do with `context.starter.amend(...)`.
- Its `close()` is called once, when the window closes after its last session ended.

`ui.features.help` is a small one to read first. A feature is a child of the window; nobody else
holds it, and no feature knows another one.
"""
