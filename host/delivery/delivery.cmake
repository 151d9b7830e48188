# The room host/delivery: from the journal and the scheduler to the plugin.
outrigger_library(host_delivery
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/courier.cpp ${CMAKE_CURRENT_LIST_DIR}/job_runner.cpp
          ${CMAKE_CURRENT_LIST_DIR}/worker.cpp
  DEPS host_journal host_schedule
  PRIVATE_DEPS Threads::Threads)

outrigger_test(host_delivery_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/tests/courier_test.cpp ${CMAKE_CURRENT_LIST_DIR}/tests/job_runner_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/worker_test.cpp
  DEPS host_delivery)
