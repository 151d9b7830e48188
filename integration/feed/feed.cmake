# The change feed and its tests: included by integration/CMakeLists.txt.
# What a sink needs of it: no Odoo.
outrigger_library(integration_feed_shape SOURCES feed/shape.cpp DEPS integration_value)

outrigger_library(integration_feed
  SOURCES feed/feed.cpp feed/hints.cpp feed/identity.cpp feed/matching.cpp feed/memory_sink.cpp feed/odoo_reader.cpp
          feed/pace.cpp feed/server_clock.cpp feed/traps.cpp feed/watch.cpp feed/wishes.cpp
  DEPS integration_feed_shape integration_odoo integration_domain)

outrigger_test(integration_feed_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/tests/clock_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/day_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/fake_reader.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/feed_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/hints_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/matching_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/model_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/pace_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/reading_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/sweep_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/traps_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/trouble_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/wishes_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/../sandbox/tests/rig.cpp
  DEPS integration_feed integration_sandbox)
