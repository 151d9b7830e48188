# The room host/store: what plugins keep and share, in the journal's file.
outrigger_library(host_store
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/planned_store.cpp ${CMAKE_CURRENT_LIST_DIR}/shared_engine.cpp
          ${CMAKE_CURRENT_LIST_DIR}/store.cpp ${CMAKE_CURRENT_LIST_DIR}/store_engine.cpp
  DEPS host_journal)

outrigger_test(host_store_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/tests/planned_store_test.cpp ${CMAKE_CURRENT_LIST_DIR}/tests/shared_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/store_test.cpp
  DEPS host_store)
