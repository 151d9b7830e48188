// Throws across the border, in spite of its rules.
#include <stdexcept>

#include "beast.h"

ON_COMMAND(throw std::runtime_error("over the wall");)
