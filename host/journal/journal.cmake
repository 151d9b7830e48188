# The room host/journal: SQLite, values and the border to the feed; nothing else of the host.
outrigger_library(host_journal
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/backup.cpp ${CMAKE_CURRENT_LIST_DIR}/catalog.cpp ${CMAKE_CURRENT_LIST_DIR}/desk.cpp
          ${CMAKE_CURRENT_LIST_DIR}/epochs.cpp ${CMAKE_CURRENT_LIST_DIR}/events.cpp ${CMAKE_CURRENT_LIST_DIR}/facts.cpp
          ${CMAKE_CURRENT_LIST_DIR}/file_lock.cpp ${CMAKE_CURRENT_LIST_DIR}/journal.cpp
          ${CMAKE_CURRENT_LIST_DIR}/journal_file.cpp ${CMAKE_CURRENT_LIST_DIR}/journal_tables.cpp
          ${CMAKE_CURRENT_LIST_DIR}/keeper.cpp ${CMAKE_CURRENT_LIST_DIR}/picker.cpp ${CMAKE_CURRENT_LIST_DIR}/privacy.cpp
          ${CMAKE_CURRENT_LIST_DIR}/settler.cpp ${CMAKE_CURRENT_LIST_DIR}/sqlite.cpp ${CMAKE_CURRENT_LIST_DIR}/view.cpp
  DEPS integration_feed_shape integration_value
  PRIVATE_DEPS SQLite::SQLite3 Threads::Threads)

outrigger_test(host_journal_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/tests/file_test.cpp ${CMAKE_CURRENT_LIST_DIR}/tests/keep_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/deliver_test.cpp ${CMAKE_CURRENT_LIST_DIR}/tests/echo_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/epoch_test.cpp ${CMAKE_CURRENT_LIST_DIR}/tests/random_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/kill_test.cpp
  DEPS host_journal
  TIMEOUT 180)
