// Throws in a thread of its own, where nobody can catch it.
#include <stdexcept>
#include <thread>

#include "beast.h"

ON_COMMAND(std::thread([] { throw std::runtime_error("the roof is on fire"); }).join();)
