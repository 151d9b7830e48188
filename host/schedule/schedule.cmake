# The room host/schedule: when jobs run.
outrigger_library(host_schedule
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/cron.cpp ${CMAKE_CURRENT_LIST_DIR}/cron_parse.cpp ${CMAKE_CURRENT_LIST_DIR}/job.cpp
          ${CMAKE_CURRENT_LIST_DIR}/schedule_engine.cpp ${CMAKE_CURRENT_LIST_DIR}/scheduler.cpp
          ${CMAKE_CURRENT_LIST_DIR}/when.cpp
  DEPS host_journal
  PRIVATE_DEPS date::date-tz)

outrigger_test(host_schedule_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/tests/cron_test.cpp ${CMAKE_CURRENT_LIST_DIR}/tests/job_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/scheduler_test.cpp
  DEPS host_schedule)
