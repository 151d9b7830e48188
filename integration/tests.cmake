# Tests of integration/value, integration/transport and integration/odoo.
outrigger_test(integration_value_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/value/tests/builder_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/value/tests/cbor_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/value/tests/datetime_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/value/tests/json_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/value/tests/memory_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/value/tests/xmlrpc_test.cpp
  DEPS integration_value)

outrigger_test(integration_transport_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/transport/tests/classify_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/transport/tests/codec_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/transport/tests/http_client_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/transport/tests/script.cpp
          ${CMAKE_CURRENT_LIST_DIR}/transport/tests/scripted_server.cpp
          ${CMAKE_CURRENT_LIST_DIR}/transport/tests/tls_test.cpp
  DEPS integration_transport)

outrigger_test(integration_odoo_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/odoo/tests/budget_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/odoo/tests/detect_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/odoo/tests/fake_odoo.cpp
          ${CMAKE_CURRENT_LIST_DIR}/odoo/tests/records_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/odoo/tests/retry_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/odoo/tests/secret_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/odoo/tests/session_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/odoo/tests/write_rows_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/transport/tests/script.cpp
          ${CMAKE_CURRENT_LIST_DIR}/transport/tests/scripted_server.cpp
  DEPS integration_odoo)
