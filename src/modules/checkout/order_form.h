#pragma once
// The documented order form: a cart, with the masked view of its person where its owner looks.

#include "modules/checkout/cart.h"
#include "modules/checkout/checkout.h"
#include "modules/checkout/settings.h"

namespace velum {

// `person` is the prospect's or profile's document; nullptr: nobody, or nobody to show.
Result<WipedText> order_form_json(const Cart& cart, const CheckoutSettings& settings, Viewer viewer,
                                  const WipedText* person);

// As carts and orders show them.
void append_shown_items(const std::vector<CartItem>& items, WipedText& out);
void append_totals(std::int64_t value, WipedText& out);
void append_sellers(const std::vector<CartItem>& items, WipedText& out);

}  // namespace velum
